"""The definition of the REST API as API Gateway imports it: one OpenAPI document with the gateway's extensions.

A method, a path, an authorizer or a gateway response takes no CloudFormation resource of its own: all of them are in
the body of the one API ("Working with API Gateway extensions to OpenAPI", API Gateway developer guide).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constellation.common.settings import DIRECT_FILE_LIMIT, Settings
from constellation.common.sizes import megabytes
from constellation.runtime import cors, multipart
from constellation.runtime.authorizer import CACHE_SECONDS
from constellation.runtime.dialects import CHALLENGE, NO_TOKEN
from constellation.runtime.endpoint import JSON_HEADERS
from infra.discovery import Application

_COMMON = {**cors.ANSWER, **{name: value for name, value in JSON_HEADERS.items() if name != "Content-Type"}}
"""The headers that every function's response has beside its type; the gateway's own responses have them too."""

BINARY_MEDIA_TYPES = ("*/*",)


@dataclass(frozen=True)
class Refusal:
    """A response that the gateway gives itself: status, text, headers."""

    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def body(self) -> str:
        """The JSON text of the response."""
        return json.dumps({"message": self.message, "status": self.status}, separators=(",", ":"))


@dataclass(frozen=True)
class Callee:
    """A function that the gateway calls: the URI by which it does, and the role that it calls it with."""

    uri: str
    role: str


def too_large(settings: Settings) -> Refusal:
    """Return the refusal of a body that no function takes."""
    size = f"more than {megabytes(DIRECT_FILE_LIMIT)} MB"
    return Refusal(413, multipart.too_large(size, settings.presigned_image_limit))


def refusals() -> dict[str, Refusal]:
    """Return the response of each type with which the gateway itself refuses a request (contract, "Conventions").

    No method takes IAM signatures. What the gateway says about signatures therefore means a path or a method that does
    not exist, requested with an Authorization header. The default for 4xx is the same response, because some of these
    refusals have no type.

    A body larger than the gateway's 10 MB is missing here: API Gateway does not let its 413 be customised (developer
    guide, "Important notes"), and it names no type for a body between Lambda's limit and those 10 MB. The CDN refuses
    both with ``too_large``.
    """
    no_token = Refusal(401, NO_TOKEN, CHALLENGE)
    not_found = Refusal(404, "Not Found")
    bad_request = Refusal(400, "Bad Request")
    busy = Refusal(429, "Too many requests", {"Retry-After": "1"})
    failed = Refusal(500, "Internal server error")
    timeout = Refusal(504, "Gateway Timeout")
    return {
        "UNAUTHORIZED": no_token,
        "ACCESS_DENIED": no_token,
        "MISSING_AUTHENTICATION_TOKEN": not_found,
        "RESOURCE_NOT_FOUND": not_found,
        "INVALID_SIGNATURE": not_found,
        "EXPIRED_TOKEN": not_found,
        "DEFAULT_4XX": not_found,
        "BAD_REQUEST_BODY": bad_request,
        "BAD_REQUEST_PARAMETERS": bad_request,
        "UNSUPPORTED_MEDIA_TYPE": Refusal(415, "Unsupported Media Type"),
        "THROTTLED": busy,
        "QUOTA_EXCEEDED": busy,
        "AUTHORIZER_FAILURE": failed,
        "AUTHORIZER_CONFIGURATION_ERROR": failed,
        "DEFAULT_5XX": failed,
        "INTEGRATION_FAILURE": timeout,
        "INTEGRATION_TIMEOUT": timeout,
    }


def definition(name: str, application: Application, callees: Mapping[str, Callee]) -> dict[str, Any]:
    """Return the definition of the API ``name``; ``callees`` are the functions that it calls, by their names."""
    return {
        "openapi": "3.0.1",
        "info": {"title": name, "version": "1"},
        "paths": _paths(application, callees),
        "components": {"securitySchemes": _authorizers(application, callees)},
        "x-amazon-apigateway-binary-media-types": list(BINARY_MEDIA_TYPES),
        "x-amazon-apigateway-gateway-responses": {
            kind: {
                "statusCode": str(refusal.status),
                "responseParameters": {
                    f"gatewayresponse.header.{header}": f"'{value}'"
                    for header, value in {**_COMMON, **refusal.headers}.items()
                },
                "responseTemplates": {"application/json": refusal.body},
            }
            for kind, refusal in refusals().items()
        },
    }


def _paths(application: Application, callees: Mapping[str, Callee]) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for function in application.endpoints:
        endpoint, callee = function.declaration, callees[function.name]
        for method in endpoint.methods:
            paths.setdefault(endpoint.path, {})[method.lower()] = {
                "security": [] if endpoint.security == "public" else [{endpoint.security: []}],
                "responses": {},
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "httpMethod": "POST",
                    "uri": callee.uri,
                    "credentials": callee.role,
                },
            }
    return paths


def _authorizers(application: Application, callees: Mapping[str, Callee]) -> dict[str, Any]:
    return {
        security: {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": callees[function.name].uri,
                "authorizerCredentials": callees[function.name].role,
                "identityValidationExpression": function.declaration.pattern,
                "authorizerResultTtlInSeconds": CACHE_SECONDS,
            },
        }
        for security, function in application.authorizers.items()
    }
