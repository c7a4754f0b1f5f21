"""Create the CDN, which serves everything under one name: images from its cache, and the API without caching."""

from typing import cast

from aws_cdk import Duration
from aws_cdk.aws_cloudfront import (
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
    HttpVersion,
    IKeyValueStore,
    IOrigin,
    OriginRequestPolicy,
    PriceClass,
    ResponseHeadersContentSecurityPolicy,
    ResponseHeadersContentTypeOptions,
    ResponseHeadersPolicy,
    ResponseSecurityHeadersBehavior,
)
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_s3 import Bucket, IBucket
from constructs import Construct

from constellation.common.settings import REQUEST_LIMIT
from constellation.images import model as links
from constellation.links import access_log_store as access_logs
from constellation.links import model as cdn
from constellation.runtime import origin
from infra.address import Address
from infra.api import Api
from infra.edge import function_code, limit_code
from infra.gateway import Refusal
from infra.reasons import accept
from infra.target import Target

LINK_PATHS = ("/image/*.*", "/api/image/*.*")
"""The paths of public links. Every other path belongs to the API."""

CACHED_ERRORS = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)
"""Statuses that CloudFront would cache for ten seconds and for all callers, even with ``no-store``."""


class Delivery(Construct):
    """The CDN, in ``distribution``. It sends ``secret`` to the API and refuses the images listed in ``hidden``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: Api,
        too_large: Refusal,
        renditions: Bucket,
        render: IFunction,
        logs: Bucket,
        secret: str,
        hidden: IKeyValueStore,
        target: Target,
        address: Address | None,
        web_acl_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        pictures = self._pictures(target.rendition_origin(renditions, render), hidden, target)
        self.distribution = Distribution(
            self,
            "Distribution",
            default_behavior=BehaviorOptions(
                origin=target.api_origin(api.rest, {origin.HEADER: secret}),
                allowed_methods=AllowedMethods.ALLOW_ALL,
                cache_policy=CachePolicy.CACHING_DISABLED,
                origin_request_policy=OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                function_associations=[self._limit(too_large)] if target.bounds_invocations else None,
                response_headers_policy=self._transport(target),
                viewer_protocol_policy=target.callers,
            ),
            additional_behaviors=dict.fromkeys(LINK_PATHS, pictures),
            # Otherwise a caller with a valid request could get the error of another caller's invalid request.
            error_responses=[ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in CACHED_ERRORS],
            log_bucket=cast(IBucket, logs),
            log_file_prefix=access_logs.PREFIX,
            http_version=HttpVersion.HTTP2_AND_3,
            price_class=PriceClass.PRICE_CLASS_100,
            domain_names=[address.name] if address else None,
            certificate=address.certificate if address else None,
            web_acl_id=web_acl_arn or None,
        )
        cast(CfnDistribution, self.distribution.node.default_child).add_property_override(
            "DistributionConfig.CacheTagConfig", {"HeaderName": cdn.TAGS_HEADER}
        )
        accept(
            self.distribution,
            CFR1="The product has no reason to refuse a country.",
            CFR2="The API's throttling and the quotas bound what comes through; a WAF is a deployment's choice.",
            CFR4="With CloudFront's own certificate the protocol versions are CloudFront's choice.",
        )

    def _limit(self, too_large: Refusal) -> FunctionAssociation:
        function = Function(
            self,
            "Limit",
            code=FunctionCode.from_inline(limit_code(REQUEST_LIMIT, too_large.status, too_large.body)),
            runtime=FunctionRuntime.JS_2_0,
            comment="Refuses bodies that no function takes; accepts anything for who does not say",
        )
        return FunctionAssociation(event_type=FunctionEventType.VIEWER_REQUEST, function=function)

    def _pictures(self, source: IOrigin, hidden: IKeyValueStore, target: Target) -> BehaviorOptions:
        """Return the behaviour for links: one cache entry for each rendition.

        The edge function has moved everything that a link asks for into the path.
        """
        normalise = Function(
            self,
            "Normalise",
            code=FunctionCode.from_inline(function_code()),
            key_value_store=hidden,
            runtime=FunctionRuntime.JS_2_0,
            comment="A link's query to the path of its rendition",
        )
        return BehaviorOptions(
            origin=source,
            allowed_methods=AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=CachePolicy(
                self,
                "ByPath",
                comment="The path alone; how long, the answers say",
                header_behavior=CacheHeaderBehavior.none(),
                cookie_behavior=CacheCookieBehavior.none(),
                query_string_behavior=CacheQueryStringBehavior.none(),
                min_ttl=Duration.seconds(0),
                default_ttl=Duration.seconds(0),
                max_ttl=Duration.days(365),
            ),
            compress=False,
            function_associations=[
                FunctionAssociation(event_type=FunctionEventType.VIEWER_REQUEST, function=normalise)
            ],
            response_headers_policy=self._guards(target),
            viewer_protocol_policy=target.viewers,
        )

    def _transport(self, target: Target) -> ResponseHeadersPolicy | None:
        """Return the policy that adds headers to the responses of the API."""
        if target.transport is None:
            return None
        return ResponseHeadersPolicy(
            self,
            "Transport",
            security_headers_behavior=ResponseSecurityHeadersBehavior(strict_transport_security=target.transport),
        )

    def _guards(self, target: Target) -> ResponseHeadersPolicy:
        """Return the policy that adds the headers of ``links.DELIVERY_HEADERS``, except Cache-Control, to errors too.

        Errors must not get the Cache-Control of images. The tags by which the cache is purged are removed, because they
        would show which images are in one folder.
        """
        return ResponseHeadersPolicy(
            self,
            "Guards",
            security_headers_behavior=ResponseSecurityHeadersBehavior(
                content_security_policy=ResponseHeadersContentSecurityPolicy(
                    content_security_policy=links.DELIVERY_HEADERS["Content-Security-Policy"], override=True
                ),
                content_type_options=ResponseHeadersContentTypeOptions(override=True),
                strict_transport_security=target.transport,
            ),
            remove_headers=[cdn.TAGS_HEADER],
        )
