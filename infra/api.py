"""The REST API: one resource with the whole definition in its body, one stage, and the access log."""

import json
from collections.abc import Mapping

from aws_cdk import RemovalPolicy, Stack
from aws_cdk.aws_apigateway import (
    AccessLogField,
    AccessLogFormat,
    ApiDefinition,
    EndpointType,
    LogGroupLogDestination,
    RestApiMode,
    SpecRestApi,
    StageOptions,
)
from aws_cdk.aws_logs import LogGroup
from constructs import Construct

from infra.discovery import Application
from infra.functions import RETENTION, Called
from infra.gateway import BINARY_MEDIA_TYPES, Callee, definition
from infra.reasons import accept, accept_finding

STAGE = "v1"
REQUESTS_PER_SECOND = 500
BURST = 1000


class Api(Construct):
    """The API in ``rest``.

    ``log_role`` tells whether the stack sets the role with which API Gateway logs, one for the account and region.

    A changed body is imported as a whole, and only then deployed to the stage: the logical id of the deployment follows
    the body. So nothing is lost when CloudFormation afterwards deletes the methods and paths that were resources of
    their own in an earlier template.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        application: Application,
        called: Mapping[str, Called],
        log_role: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        name = Stack.of(self).stack_name
        access_log = LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/{name}/api",
            retention=RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        callees = {function: Callee(self._uri(each.alias.function_arn), each.role) for function, each in called.items()}
        self.rest = SpecRestApi(
            self,
            "Rest",
            rest_api_name=name,
            api_definition=ApiDefinition.from_inline(definition(name, application, callees)),
            mode=RestApiMode.OVERWRITE,
            endpoint_types=[EndpointType.REGIONAL],
            binary_media_types=list(BINARY_MEDIA_TYPES),
            cloud_watch_role=log_role,
            deploy_options=StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=REQUESTS_PER_SECOND,
                throttling_burst_limit=BURST,
                access_log_destination=LogGroupLogDestination(access_log),
                access_log_format=_access_log_format(),
            ),
        )
        accept(
            self.rest,
            APIG2="Handlers validate their input, because each surface words its refusals itself.",
        )
        accept(
            self.rest.deployment_stage,
            APIG3="Throttling here and the quotas in the settings bound the load; a WAF is a deployment's own choice.",
            APIG6="Execution logs would repeat the access log and the functions' logs, with credentials.",
        )
        if log_role:
            accept_finding(
                self.rest,
                "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
                "The policy with which API Gateway writes its access logs; the service asks for this one.",
            )

    def _uri(self, function_arn: str) -> str:
        """Return the URI by which the gateway calls a function."""
        stack = Stack.of(self)
        return (
            f"arn:{stack.partition}:apigateway:{stack.region}:lambda:path/2015-03-31/functions/"
            f"{function_arn}/invocations"
        )


def _access_log_format() -> AccessLogFormat:
    """Return the format of a line, which names the route and not the path: ids and queries stay out."""
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
