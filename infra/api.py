"""The REST API: one method a route, token authorizers, and an answer of our own for all that the gateway refuses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk.aws_apigateway import (
    AccessLogField,
    AccessLogFormat,
    AuthorizationType,
    EndpointType,
    LambdaIntegration,
    LogGroupLogDestination,
    ResponseType,
    RestApi,
    StageOptions,
    TokenAuthorizer,
)
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_logs import LogGroup
from constructs import Construct

from constellation.common.settings import DIRECT_FILE_LIMIT, Settings
from constellation.common.sizes import megabytes
from constellation.runtime import multipart
from constellation.runtime.authorizer import CACHE_SECONDS
from constellation.runtime.endpoint import JSON_HEADERS
from infra.discovery import Application
from infra.functions import RETENTION
from infra.reasons import accept, accept_finding

STAGE = "v1"
REQUESTS_PER_SECOND = 500
BURST = 1000

_GUARDS = {name: value for name, value in JSON_HEADERS.items() if name != "Content-Type"}
"""What the gateway's answers say beside their type, as those of the functions do."""


@dataclass(frozen=True)
class Refusal:
    """What the gateway answers itself: status, text, headers."""

    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def body(self) -> str:
        """The JSON text of the answer."""
        return json.dumps({"message": self.message, "status": self.status}, separators=(",", ":"))


def too_large(settings: Settings) -> Refusal:
    """What is said of a body that no function takes."""
    size = f"more than {megabytes(DIRECT_FILE_LIMIT)} MB"
    return Refusal(413, multipart.too_large(size, settings.presigned_image_limit))


def refusals() -> dict[ResponseType, Refusal]:
    """Every way in which the gateway itself refuses a request (contract, "Conventions"), but one.

    No method takes IAM signatures, so whatever it says about them means a path or a method that does not exist,
    called with an Authorization header; that is the default for 4xx too, as the gateway names no type for some.

    A body past the gateway's 10 MB is the one: API Gateway does not let its 413 be customised (developer guide,
    "Important notes"). For what Lambda finds too large, between its limit and those 10 MB, it names no type. The CDN
    refuses both, by ``too_large``.
    """
    no_token = Refusal(401, "No authorization token has been supplied", {"WWW-Authenticate": "Bearer"})
    not_found = Refusal(404, "Not Found")
    bad_request = Refusal(400, "Bad Request")
    busy = Refusal(429, "Too many requests", {"Retry-After": "1"})
    failed = Refusal(500, "Internal server error")
    timeout = Refusal(504, "Gateway Timeout")
    return {
        ResponseType.UNAUTHORIZED: no_token,
        ResponseType.ACCESS_DENIED: no_token,
        ResponseType.MISSING_AUTHENTICATION_TOKEN: not_found,
        ResponseType.RESOURCE_NOT_FOUND: not_found,
        ResponseType.INVALID_SIGNATURE: not_found,
        ResponseType.EXPIRED_TOKEN: not_found,
        ResponseType.DEFAULT_4_XX: not_found,
        ResponseType.BAD_REQUEST_BODY: bad_request,
        ResponseType.BAD_REQUEST_PARAMETERS: bad_request,
        ResponseType.UNSUPPORTED_MEDIA_TYPE: Refusal(415, "Unsupported Media Type"),
        ResponseType.THROTTLED: busy,
        ResponseType.QUOTA_EXCEEDED: busy,
        ResponseType.AUTHORIZER_FAILURE: failed,
        ResponseType.AUTHORIZER_CONFIGURATION_ERROR: failed,
        ResponseType.DEFAULT_5_XX: failed,
        ResponseType.INTEGRATION_FAILURE: timeout,
        ResponseType.INTEGRATION_TIMEOUT: timeout,
    }


class Api(Construct):
    """The API in ``rest``; ``log_role`` sets the role with which API Gateway logs, one for the account and region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        application: Application,
        lambdas: Mapping[str, IFunction],
        log_role: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        access_log = LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/{Stack.of(self).stack_name}/api",
            retention=RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.rest = RestApi(
            self,
            "Rest",
            rest_api_name=Stack.of(self).stack_name,
            endpoint_types=[EndpointType.REGIONAL],
            binary_media_types=["*/*"],
            cloud_watch_role=log_role,
            deploy_options=StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=REQUESTS_PER_SECOND,
                throttling_burst_limit=BURST,
                access_log_destination=LogGroupLogDestination(access_log),
                access_log_format=_access_log_format(),
            ),
        )
        self._authorizers = {
            security: TokenAuthorizer(
                self,
                function.construct_id,
                handler=lambdas[function.name],
                validation_regex=function.declaration.pattern,
                results_cache_ttl=Duration.seconds(CACHE_SECONDS),
            )
            for security, function in application.authorizers.items()
        }
        self._methods(application, lambdas)
        for kind, refusal in refusals().items():
            self.rest.add_gateway_response(
                kind.response_type.title().replace("_", ""),
                type=kind,
                status_code=str(refusal.status),
                response_headers={name: f"'{value}'" for name, value in {**_GUARDS, **refusal.headers}.items()},
                templates={"application/json": refusal.body},
            )
        self._accept()
        if log_role:
            accept_finding(
                self.rest,
                "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
                "The policy with which API Gateway writes its access logs; the service asks for this one.",
            )

    def _methods(self, application: Application, lambdas: Mapping[str, IFunction]) -> None:
        for function in application.endpoints:
            endpoint = function.declaration
            integration = LambdaIntegration(lambdas[function.name], allow_test_invoke=False)
            resource = self.rest.root.resource_for_path(endpoint.path)
            for name in endpoint.methods:
                if endpoint.security == "public":
                    method = resource.add_method(name, integration, authorization_type=AuthorizationType.NONE)
                    accept(method, APIG4="Public by contract.")
                else:
                    method = resource.add_method(name, integration, authorizer=self._authorizers[endpoint.security])
                accept(method, COG4="The tokens and keys are the product's own; its Lambda authorizers check them.")

    def _accept(self) -> None:
        accept(
            self.rest,
            APIG2="Handlers validate their input, because each surface words its refusals itself.",
        )
        accept(
            self.rest.deployment_stage,
            APIG3="Throttling here and the quotas in the settings bound the load; a WAF is a deployment's own choice.",
            APIG6="Execution logs would repeat the access log and the functions' logs, with credentials.",
        )


def _access_log_format() -> AccessLogFormat:
    """A line that names the route, not the path: ids and queries stay out."""
    return AccessLogFormat.custom(
        json.dumps(
            {
                "request_id": AccessLogField.context_request_id(),
                "address": AccessLogField.context_identity_source_ip(),
                "method": AccessLogField.context_http_method(),
                "route": AccessLogField.context_resource_path(),
                "status": AccessLogField.context_status(),
                "refusal": AccessLogField.context_error_response_type(),
                "milliseconds": AccessLogField.context_response_latency(),
            }
        )
    )
