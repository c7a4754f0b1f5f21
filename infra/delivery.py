"""Create the CDN, which serves images, documentation and the console, and all else from the API, under one name."""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import Duration
from aws_cdk.aws_cloudfront import (
    AccessLevel,
    AllowedMethods,
    BehaviorOptions,
    CacheCookieBehavior,
    CacheHeaderBehavior,
    CachePolicy,
    CacheQueryStringBehavior,
    CfnDistribution,
    Distribution,
    ErrorResponse,
    Function,
    FunctionAssociation,
    FunctionCode,
    FunctionEventType,
    FunctionRuntime,
    HeadersReferrerPolicy,
    HttpVersion,
    IKeyValueStore,
    IOrigin,
    OriginRequestPolicy,
    PriceClass,
    ResponseCustomHeader,
    ResponseCustomHeadersBehavior,
    ResponseHeadersContentSecurityPolicy,
    ResponseHeadersContentTypeOptions,
    ResponseHeadersCorsBehavior,
    ResponseHeadersPolicy,
    ResponseHeadersReferrerPolicy,
    ResponseSecurityHeadersBehavior,
)
from aws_cdk.aws_cloudfront_origins import S3BucketOrigin
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_s3 import Bucket, IBucket
from constructs import Construct

from constellation.aws.resources import BINARIES, CONSOLE, INCOMING, LOGS, LOGS_OF_CDN, ORIGINALS, RENDITIONS, Resource
from constellation.common.settings import REQUEST_LIMIT
from constellation.iiif.model import BASE as IIIF
from constellation.images import model as images
from constellation.imaging.options import AUTO
from constellation.links import marks
from constellation.links import model as links
from constellation.runtime import base_url, cors, origin
from constellation.shares import page
from infra.address import Address
from infra.api import Api
from infra.console_files import BARE, BASE
from infra.edge import api_code, console_code, function_code, iiif_code, private_code
from infra.gateway import Refusal
from infra.reasons import accept
from infra.target import ANY_ORIGIN, Target

LINK_PATHS = ("/image/*.*", "/api/image/*.*")
"""The paths of public links."""

AUTO_PATHS = tuple(f"{path.removesuffix('*')}{AUTO}*" for path in LINK_PATHS)
"""The paths of those that leave the format to what the caller accepts."""

REGION_PATHS = (f"{IIIF}/*/*/*/*/*",)
"""The paths of pictures by the IIIF Image API, as far as a pattern can tell."""

INFORMATION_PATHS = (f"{IIIF}/*/info.json",)
"""The paths of the information on images by that API."""

DOCUMENT_PATHS = ("/openapi.json", "/docs", "/docs/*")
"""The paths of the API's documentation, which is the same for everybody: cached and compressed."""

CONSOLE_PATHS = (BARE, f"{BASE}*")
"""The paths of the console: files in a bucket."""
PAGE_PATHS = ("/s/*",)
"""The paths of the pages of shares, which people open: by plain HTTP too, which leads on. No answer is kept."""

CACHED_ERRORS = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)
"""Statuses that CloudFront would cache for ten seconds and for all callers, even with ``no-store``."""


class Delivery(Construct):
    """The CDN, in ``distribution``. It sends ``secret`` to the API and refuses the images listed in ``hidden``.

    ``demands_signatures``: each link with options needs one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: Api,
        too_large: Refusal,
        buckets: Mapping[Resource, Bucket],
        render: IFunction,
        regions: IFunction,
        information: IFunction,
        secret: str,
        hidden: IKeyValueStore,
        target: Target,
        address: Address | None,
        web_acl_arn: str,
        demands_signatures: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        source = target.api_origin(api.rest, {origin.HEADER: secret})
        functions = [self._answers(too_large)] if target.filters_requests else None
        headers = self._headers(target)
        functions_of_links = [self._normalise(hidden, demands_signatures=demands_signatures), self._private()]
        paths, made = self._by_path("ByPath"), target.function_origin(render)
        pictures_from = target.rendition_origin(buckets[RENDITIONS], made)
        guards, varying_guards = self._guards("Guards", target, "Vary"), self._guards("VaryingGuards", target)
        pictures = self._pictures(pictures_from, functions_of_links, paths, target, guards)
        # The bucket has pictures under their own formats only: what leaves the format open is not asked of it.
        varying = self._pictures(made, functions_of_links, paths, target, varying_guards)
        keyed, iiif = (base_url.HEADER, marks.HEADER), [self._iiif(hidden)] if target.filters_requests else []
        tiles = self._pictures(
            target.function_origin(regions), iiif, self._by_path("ByPathAndHost", keyed), target, guards
        )
        described = self._pictures(
            target.function_origin(information),
            iiif,
            self._by_path("Information", (*keyed, "Accept")),
            target,
            varying_guards,
        )
        text = self._by_path("Documents", compressed=True)
        documents = BehaviorOptions(
            origin=source,
            allowed_methods=AllowedMethods.ALLOW_ALL,
            cache_policy=text,
            compress=True,
            function_associations=functions,
            response_headers_policy=headers,
            viewer_protocol_policy=target.callers,
        )
        console = BehaviorOptions(
            origin=S3BucketOrigin.with_origin_access_control(
                buckets[CONSOLE],
                # Whoever may list a bucket learns that an object is missing; the bucket's list has no path here.
                origin_access_levels=[AccessLevel.READ, AccessLevel.LIST],
                custom_headers=ANY_ORIGIN,
            ),
            allowed_methods=AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
            cache_policy=text,
            compress=True,
            function_associations=[self._console()],
            response_headers_policy=self._console_headers(
                target, [buckets[each] for each in (INCOMING, ORIGINALS, RENDITIONS, BINARIES)]
            ),
            viewer_protocol_policy=target.viewers,
        )
        pages = BehaviorOptions(
            origin=source,
            allowed_methods=AllowedMethods.ALLOW_ALL,
            cache_policy=text,
            compress=True,
            origin_request_policy=OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            function_associations=functions,
            response_headers_policy=self._page_headers(target, buckets[INCOMING]),
            viewer_protocol_policy=target.viewers,
        )
        self.distribution = Distribution(
            self,
            "Distribution",
            default_behavior=BehaviorOptions(
                origin=source,
                allowed_methods=AllowedMethods.ALLOW_ALL,
                cache_policy=CachePolicy.CACHING_DISABLED,
                origin_request_policy=OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                function_associations=functions,
                response_headers_policy=headers,
                viewer_protocol_policy=target.callers,
            ),
            additional_behaviors={
                **dict.fromkeys(AUTO_PATHS, varying),
                **dict.fromkeys(LINK_PATHS, pictures),
                **dict.fromkeys(REGION_PATHS, tiles),
                **dict.fromkeys(INFORMATION_PATHS, described),
                **dict.fromkeys(DOCUMENT_PATHS, documents),
                **dict.fromkeys(CONSOLE_PATHS, console),
                **dict.fromkeys(PAGE_PATHS, pages),
            },
            # Otherwise a caller with a valid request could get the error of another caller's invalid request.
            error_responses=[ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in CACHED_ERRORS],
            log_bucket=cast(IBucket, buckets[LOGS]),
            log_file_prefix=LOGS_OF_CDN,
            http_version=HttpVersion.HTTP2_AND_3,
            price_class=PriceClass.PRICE_CLASS_100,
            domain_names=[address.name] if address else None,
            certificate=address.certificate if address else None,
            web_acl_id=web_acl_arn or None,
        )
        cast(CfnDistribution, self.distribution.node.default_child).add_property_override(
            "DistributionConfig.CacheTagConfig", {"HeaderName": links.TAGS_HEADER}
        )
        accept(
            self.distribution,
            CFR1="The product has no reason to refuse a country.",
            CFR2="The API's throttling and the quotas bound what comes through; a WAF is a deployment's choice.",
            CFR4="With CloudFront's own certificate the protocol versions are CloudFront's choice.",
        )

    def _answers(self, too_large: Refusal) -> FunctionAssociation:
        return self._at_edge(
            "Answers",
            api_code(REQUEST_LIMIT, too_large.status, too_large.body),
            "Answers preflights and /, refuses bodies that no function takes, adds Accept where it is missing",
        )

    def _normalise(self, hidden: IKeyValueStore, *, demands_signatures: bool) -> FunctionAssociation:
        code = function_code(demands_signatures=demands_signatures)
        return self._at_edge("Normalise", code, "A link's query to the path of its rendition", store=hidden)

    def _iiif(self, hidden: IKeyValueStore) -> FunctionAssociation:
        return self._at_edge("Iiif", iiif_code(), "Equal requests of the IIIF Image API by one path", store=hidden)

    def _private(self) -> FunctionAssociation:
        comment = "What a signed link gives is for its viewer alone"
        return self._at_edge("Private", private_code(), comment, FunctionEventType.VIEWER_RESPONSE)

    def _console(self) -> FunctionAssociation:
        return self._at_edge("Console", console_code(), "One page for all addresses of the console")

    def _at_edge(
        self,
        name: str,
        code: str,
        comment: str,
        event_type: FunctionEventType = FunctionEventType.VIEWER_REQUEST,
        store: IKeyValueStore | None = None,
    ) -> FunctionAssociation:
        """Return a function that runs at the CDN's edge, to be associated with behaviours."""
        function = Function(
            self,
            name,
            code=FunctionCode.from_inline(code),
            key_value_store=store,
            runtime=FunctionRuntime.JS_2_0,
            comment=comment,
        )
        return FunctionAssociation(event_type=event_type, function=function)

    def _pictures(
        self,
        source: IOrigin,
        functions: Sequence[FunctionAssociation],
        paths: CachePolicy,
        target: Target,
        headers: ResponseHeadersPolicy,
    ) -> BehaviorOptions:
        """Return a behaviour for pictures and what is said of them: one cache entry for each.

        The edge function has moved everything that is asked for into the path.
        """
        return BehaviorOptions(
            origin=source,
            allowed_methods=AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
            cache_policy=paths,
            compress=False,
            function_associations=list(functions),
            response_headers_policy=headers,
            viewer_protocol_policy=target.viewers,
        )

    def _by_path(self, name: str, headers: Sequence[str] = (), *, compressed: bool = False) -> CachePolicy:
        """Return a cache policy by which equal paths, and equal ``headers``, share one entry, or one an encoding."""
        return CachePolicy(
            self,
            name,
            comment="The path alone; how long, the answers say" if not headers else "The path and what the edge adds",
            header_behavior=CacheHeaderBehavior.allow_list(*headers) if headers else CacheHeaderBehavior.none(),
            cookie_behavior=CacheCookieBehavior.none(),
            query_string_behavior=CacheQueryStringBehavior.none(),
            enable_accept_encoding_gzip=compressed,
            enable_accept_encoding_brotli=compressed,
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=Duration.days(365),
        )

    def _headers(self, target: Target) -> ResponseHeadersPolicy:
        """Return the policy that adds headers to the responses of the API."""
        transport = target.transport
        return ResponseHeadersPolicy(
            self,
            "ApiHeaders",
            cors_behavior=_any_origin(),
            security_headers_behavior=ResponseSecurityHeadersBehavior(strict_transport_security=transport)
            if transport
            else None,
        )

    def _console_headers(self, target: Target, buckets: Sequence[Bucket]) -> ResponseHeadersPolicy:
        """Return the policy of the console, which runs its own files only and talks to this deployment only.

        Files larger than a function takes go to and come from ``buckets``, by addresses that the API signs.
        """
        files = " ".join(target.file_hosts(buckets))
        said = (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data: {files}",
            f"connect-src 'self' {files}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types svelte-trusted-html",
        )
        return ResponseHeadersPolicy(
            self,
            "ConsoleHeaders",
            cors_behavior=_any_origin(),
            custom_headers_behavior=ResponseCustomHeadersBehavior(
                custom_headers=[
                    ResponseCustomHeader(header="Cross-Origin-Opener-Policy", value="same-origin", override=True)
                ]
            ),
            security_headers_behavior=ResponseSecurityHeadersBehavior(
                content_security_policy=ResponseHeadersContentSecurityPolicy(
                    content_security_policy="; ".join(said), override=True
                ),
                content_type_options=ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=ResponseHeadersReferrerPolicy(
                    referrer_policy=HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=target.transport,
            ),
        )

    def _page_headers(self, target: Target, incoming: Bucket) -> ResponseHeadersPolicy:
        """Return the policy of the pages of shares, whose script sends files to ``incoming`` by forms of the API."""
        return ResponseHeadersPolicy(
            self,
            "PageHeaders",
            cors_behavior=_any_origin(),
            security_headers_behavior=ResponseSecurityHeadersBehavior(
                content_security_policy=ResponseHeadersContentSecurityPolicy(
                    content_security_policy=page.policy(target.file_hosts([incoming])), override=True
                ),
                strict_transport_security=target.transport,
            ),
        )

    def _guards(self, name: str, target: Target, *removed: str) -> ResponseHeadersPolicy:
        """Return the policy that adds the headers of ``images.DELIVERY_HEADERS``, except Cache-Control, to errors too.

        Errors must not get the Cache-Control of images. The tags by which the cache is purged are removed, because they
        would show which images are in one folder. S3 adds ``Vary``, which is removed where nothing varies.
        """
        return ResponseHeadersPolicy(
            self,
            name,
            cors_behavior=_any_origin(),
            custom_headers_behavior=ResponseCustomHeadersBehavior(
                custom_headers=[
                    ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in links.EMBEDDING.items()
                ]
            ),
            security_headers_behavior=ResponseSecurityHeadersBehavior(
                content_security_policy=ResponseHeadersContentSecurityPolicy(
                    content_security_policy=images.DELIVERY_HEADERS["Content-Security-Policy"], override=True
                ),
                content_type_options=ResponseHeadersContentTypeOptions(override=True),
                strict_transport_security=target.transport,
            ),
            remove_headers=[links.TAGS_HEADER, *removed],
        )


def _any_origin() -> ResponseHeadersCorsBehavior:
    """Return what a policy adds to the answers to requests with ``Origin``, errors of the origin included.

    The functions, the gateway and the edge functions send these headers themselves, to requests without ``Origin`` too.
    CloudFront does not take them as custom headers, which it would add to every answer.
    """
    return ResponseHeadersCorsBehavior(
        access_control_allow_credentials=False,
        access_control_allow_headers=list(cors.ALLOWED),
        access_control_allow_methods=list(cors.METHODS),
        access_control_allow_origins=["*"],
        access_control_expose_headers=list(cors.EXPOSED),
        access_control_max_age=Duration.seconds(cors.MAX_AGE),
        origin_override=True,
    )
