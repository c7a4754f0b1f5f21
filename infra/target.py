"""Where the stack goes: AWS, or the engine on one machine. Everything in which the two differ is in this module."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import Duration, Tags
from aws_cdk.aws_apigateway import RestApi
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

from infra import regions
from infra.concurrency import USUAL
from layers.build import LAMBDA_PYTHON, PYTHON, asset

LOCAL_API_ID = "constellation"
"""The API's id on the engine, the same after every deployment."""


class Target(ABC):
    """What a place to deploy to decides."""

    callers: ViewerProtocolPolicy
    """How the API is reached, whose callers carry credentials: a redirect would come after they have been shown."""
    viewers: ViewerProtocolPolicy
    """How pictures are reached."""
    transport: ResponseHeadersStrictTransportSecurity | None
    """What browsers are told to keep to TLS by (RFC 6797), where there is any."""
    runtime: Runtime
    bounds_invocations: bool
    """Whether a function can be called with so many bytes only, and the CDN must refuse a larger body before."""
    takes_snapshots: bool
    """Whether a function can start from a snapshot of itself."""
    is_public: bool
    """Whether the CDN has a name of its own: only then has it a domain and a firewall."""
    concurrency: int
    """How many functions can run at once, if nothing else is said."""

    @abstractmethod
    def regions(self) -> Sequence[str]:
        """The regions that can be deployed to; none where it does not matter."""

    @abstractmethod
    def layers(self, scope: Construct, names: Sequence[str]) -> dict[str, ILayerVersion]:
        """The layers of these names, those that exist there."""

    @abstractmethod
    def api_origin(self, api: RestApi, headers: Mapping[str, str]) -> IOrigin:
        """How the CDN reaches the API, and what it adds to every request."""

    @abstractmethod
    def rendition_origin(self, renditions: Bucket, render: IFunction) -> IOrigin:
        """How the CDN gets a rendition: from the bucket, or made on demand."""


class Aws(Target):
    """The real thing."""

    callers = ViewerProtocolPolicy.HTTPS_ONLY
    viewers = ViewerProtocolPolicy.REDIRECT_TO_HTTPS
    transport = ResponseHeadersStrictTransportSecurity(
        access_control_max_age=Duration.days(365), include_subdomains=True, override=True
    )
    runtime = Runtime(f"python{LAMBDA_PYTHON}", RuntimeFamily.PYTHON, supports_snap_start=True)
    bounds_invocations = True
    takes_snapshots = True
    is_public = True
    concurrency = USUAL

    def regions(self) -> Sequence[str]:
        """Those in which the CDN's access logs arrive."""
        return regions.with_access_logs()

    def layers(self, scope: Construct, names: Sequence[str]) -> dict[str, ILayerVersion]:
        """One layer version each, from what ``layers.build`` has built."""

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

    def api_origin(self, api: RestApi, headers: Mapping[str, str]) -> IOrigin:
        """The regional endpoint of the API's stage."""
        return RestApiOrigin(api, custom_headers=headers)

    def rendition_origin(self, renditions: Bucket, render: IFunction) -> IOrigin:
        """The bucket first; what it has not (403, as the CDN may not list it) is rendered. Only the CDN has access."""
        url = _url(render, FunctionUrlAuthType.AWS_IAM)
        return OriginGroup(
            primary_origin=S3BucketOrigin.with_origin_access_control(renditions),
            fallback_origin=FunctionUrlOrigin.with_origin_access_control(url),
            fallback_status_codes=[403, 404],
        )


class Local(Target):
    """The engine: its CDN speaks plain HTTP and knows no AWS host names, no origin groups and no access control."""

    callers = viewers = ViewerProtocolPolicy.ALLOW_ALL
    transport = None
    runtime = Runtime(f"python{PYTHON}", RuntimeFamily.PYTHON)
    bounds_invocations = False
    takes_snapshots = False
    is_public = False
    concurrency = 50  # each is a process

    def __init__(self, engine_port: int) -> None:
        self._engine_port = engine_port

    def regions(self) -> Sequence[str]:
        """The edge delivers its logs wherever the engine says that it is."""
        return ()

    def layers(self, scope: Construct, names: Sequence[str]) -> dict[str, ILayerVersion]:  # noqa: ARG002
        """None: the engine's own environment holds every package."""
        return {}

    def api_origin(self, api: RestApi, headers: Mapping[str, str]) -> IOrigin:
        """The engine's path for invoking an API, with an id that is known before the API is created."""
        Tags.of(api).add("ms-custom-id", LOCAL_API_ID, include_resource_types=["AWS::ApiGateway::RestApi"])
        return HttpOrigin(
            "localhost",
            http_port=self._engine_port,
            protocol_policy=OriginProtocolPolicy.HTTP_ONLY,
            custom_headers=headers,
            origin_path=f"/_aws/execute-api/{LOCAL_API_ID}/{api.deployment_stage.stage_name}",
        )

    def rendition_origin(self, renditions: Bucket, render: IFunction) -> IOrigin:  # noqa: ARG002
        """The function alone; it looks into the bucket itself."""
        return FunctionUrlOrigin(_url(render, FunctionUrlAuthType.NONE))


def _url(function: IFunction, auth: FunctionUrlAuthType) -> IFunctionUrl:
    return cast(IFunctionUrl, function.add_function_url(auth_type=auth))
