"""The place that the stack is deployed to: AWS, or the engine on one machine. All that differs is in this module."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import Duration, Tags
from aws_cdk.aws_apigateway import SpecRestApi
from aws_cdk.aws_cloudfront import (
    IOrigin,
    OriginProtocolPolicy,
    ResponseHeadersStrictTransportSecurity,
    ViewerProtocolPolicy,
)
from aws_cdk.aws_cloudfront_origins import FunctionUrlOrigin, HttpOrigin, OriginGroup, RestApiOrigin, S3BucketOrigin
from aws_cdk.aws_lambda import (
    Architecture,
    Code,
    FunctionUrlAuthType,
    IFunction,
    IFunctionUrl,
    ILayerVersion,
    LayerVersion,
    Runtime,
    RuntimeFamily,
)
from aws_cdk.aws_s3 import Bucket
from constructs import Construct

from infra import EXECUTE_API, LOCAL_CONCURRENCY, regions
from infra.concurrency import USUAL
from infra.layers import LAMBDA_PYTHON, PYTHON, asset

LOCAL_API_ID = "constellation"
"""The API's id on the engine. It stays the same after every deployment."""


ANY_ORIGIN = {"Origin": "https://any.example"}
"""What the CDN always sends to a bucket, which adds CORS headers only to requests that have it.

"Add custom headers to origin requests" in CloudFront's developer guide.
"""


class Target(ABC):
    """What the place of a deployment decides."""

    callers: ViewerProtocolPolicy
    """The protocols of the API. A redirect would come too late: callers have sent their credentials by then."""
    viewers: ViewerProtocolPolicy
    """The protocols of pictures."""
    transport: ResponseHeadersStrictTransportSecurity | None
    """The header that tells browsers to use TLS only (RFC 6797), where there is TLS."""
    runtime: Runtime
    filters_requests: bool
    """Whether the CDN runs the function of the API's requests. The engine's is slow: the edge before it answers."""
    takes_snapshots: bool
    """Whether a function can start from a snapshot."""
    is_public: bool
    """Whether the CDN has a public name, and so can have a domain and a firewall."""
    concurrency: int
    """The functions that can run at once, unless the context names another number."""

    @abstractmethod
    def regions(self) -> Sequence[str]:
        """Return the regions that the stack can be deployed to, or none if any region will do."""

    @abstractmethod
    def layers(self, scope: Construct, names: Sequence[str]) -> dict[str, ILayerVersion]:
        """Return the layers with these names, as far as the place has them."""

    @abstractmethod
    def api_origin(self, api: SpecRestApi, headers: Mapping[str, str]) -> IOrigin:
        """Return the CDN's origin for the API, which gets ``headers`` with every request."""

    @abstractmethod
    def function_origin(self, function: IFunction) -> IOrigin:
        """Return the CDN's origin for what one function answers alone."""

    @abstractmethod
    def file_hosts(self, buckets: Sequence[Bucket]) -> Sequence[str]:
        """Return the origins of signed addresses of ``buckets``, as a Content-Security-Policy names them."""

    @abstractmethod
    def rendition_origin(self, renditions: Bucket, made: IOrigin) -> IOrigin:
        """Return the CDN's origin for renditions: those that are stored, or else ``made`` on demand."""


class Aws(Target):
    """AWS."""

    callers = ViewerProtocolPolicy.HTTPS_ONLY
    viewers = ViewerProtocolPolicy.REDIRECT_TO_HTTPS
    transport = ResponseHeadersStrictTransportSecurity(
        access_control_max_age=Duration.days(365), include_subdomains=True, override=True
    )
    runtime = Runtime(f"python{LAMBDA_PYTHON}", RuntimeFamily.PYTHON, supports_snap_start=True)
    filters_requests = True
    takes_snapshots = True
    is_public = True
    concurrency = USUAL

    def regions(self) -> Sequence[str]:
        """Return the regions in which the CDN's access logs arrive."""
        return regions.with_access_logs()

    def layers(self, scope: Construct, names: Sequence[str]) -> dict[str, ILayerVersion]:
        """Return one layer version for each name, from what ``infra.layers`` has built."""

        def layer(name: str) -> LayerVersion:
            folder, fingerprint = asset(name)
            return LayerVersion(
                scope,
                f"{name.capitalize()}Layer",
                code=Code.from_asset(str(folder), asset_hash=fingerprint),
                compatible_runtimes=[self.runtime],
                compatible_architectures=[Architecture.ARM_64],
            )

        return {name: layer(name) for name in names}

    def api_origin(self, api: SpecRestApi, headers: Mapping[str, str]) -> IOrigin:
        """Return the regional endpoint of the API's stage."""
        return RestApiOrigin(api, custom_headers=headers)

    def function_origin(self, function: IFunction) -> IOrigin:
        """Return the URL of the function, which only the CDN can call."""
        return FunctionUrlOrigin.with_origin_access_control(_url(function, FunctionUrlAuthType.AWS_IAM))

    def file_hosts(self, buckets: Sequence[Bucket]) -> Sequence[str]:
        """Return a host for each bucket."""
        return [f"https://{bucket.bucket_regional_domain_name}" for bucket in buckets]

    def rendition_origin(self, renditions: Bucket, made: IOrigin) -> IOrigin:
        """Return the bucket, and the function that renders for what the bucket does not have.

        The bucket answers 403 for a missing object, because the CDN may not list it. Only the CDN has access to both.
        """
        return OriginGroup(
            primary_origin=S3BucketOrigin.with_origin_access_control(renditions, custom_headers=ANY_ORIGIN),
            fallback_origin=made,
            fallback_status_codes=[403, 404],
        )


class Local(Target):
    """The engine. Its CDN speaks plain HTTP, and knows no AWS host names, no origin groups and no access control."""

    callers = viewers = ViewerProtocolPolicy.ALLOW_ALL
    transport = None
    runtime = Runtime(f"python{PYTHON}", RuntimeFamily.PYTHON)
    filters_requests = False
    takes_snapshots = False
    is_public = False
    concurrency = LOCAL_CONCURRENCY

    def __init__(self, engine_port: int) -> None:
        self._engine_port = engine_port

    def regions(self) -> Sequence[str]:
        """Return none: the edge delivers its logs in any region."""
        return ()

    def layers(self, scope: Construct, names: Sequence[str]) -> dict[str, ILayerVersion]:  # noqa: ARG002
        """Return none: the engine's own environment holds every package."""
        return {}

    def api_origin(self, api: SpecRestApi, headers: Mapping[str, str]) -> IOrigin:
        """Return the engine's path for invoking an API, with an id that is known before the API is created."""
        Tags.of(api).add("ms-custom-id", LOCAL_API_ID, include_resource_types=["AWS::ApiGateway::RestApi"])
        return HttpOrigin(
            "localhost",
            http_port=self._engine_port,
            protocol_policy=OriginProtocolPolicy.HTTP_ONLY,
            custom_headers=headers,
            origin_path=f"{EXECUTE_API}{LOCAL_API_ID}/{api.deployment_stage.stage_name}",
        )

    def function_origin(self, function: IFunction) -> IOrigin:
        """Return the URL of the function."""
        return FunctionUrlOrigin(_url(function, FunctionUrlAuthType.NONE))

    def file_hosts(self, buckets: Sequence[Bucket]) -> Sequence[str]:  # noqa: ARG002
        """Return the engine, which serves all buckets."""
        return [f"http://127.0.0.1:{self._engine_port}"]

    def rendition_origin(self, renditions: Bucket, made: IOrigin) -> IOrigin:  # noqa: ARG002
        """Return the function alone; it looks into the bucket itself."""
        return made


def _url(function: IFunction, auth: FunctionUrlAuthType) -> IFunctionUrl:
    return cast(IFunctionUrl, function.add_function_url(auth_type=auth))
