"""What is added to the engine's API Gateway: gateway responses, and the import over an API that stands."""

from collections.abc import Generator
from typing import Any

import pytest

from infra.local.apigateway import complete_api_gateway
from infra.local.ministack_internals import api_gateway, provisioners

handlers: dict[str, Any] = provisioners.RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]

API = "ours"
TAGS = [{"Key": "ms-custom-id", "Value": API}]


def _definition(path: str, security: str, message: str) -> dict[str, Any]:
    return {
        "openapi": "3.0.1",
        "info": {"title": "stack", "version": "1"},
        "paths": {
            path: {
                "get": {
                    "security": [{security: []}],
                    "responses": {},
                    "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": message},
                }
            }
        },
        "components": {
            "securitySchemes": {
                security: {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "custom",
                    "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": message},
                }
            }
        },
        "x-amazon-apigateway-gateway-responses": {
            "UNAUTHORIZED": {"statusCode": "401", "responseTemplates": {"application/json": message}}
        },
    }


def _properties(definition: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return {"Name": "stack", "Tags": TAGS, **({"Body": definition} if definition else {}), **more}


FIRST, SECOND = _definition("/a/{b}", "jwt", "first"), _definition("/c", "key", "second")


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """The engine's API Gateway is complete, and has none of these APIs afterwards."""
    monkeypatch.setattr(*api_gateway.place("import_rest_api"), api_gateway.import_rest_api)
    monkeypatch.setitem(handlers, "update", handlers["update"])
    complete_api_gateway()
    yield
    api_gateway.delete_rest_api(API)


def _state() -> dict[str, Any]:
    methods = [method for each in api_gateway.resources[API].values() for method in each["resourceMethods"].values()]
    authorizers = api_gateway.authorizers_v1[API]
    return {
        "paths": sorted(each["path"] for each in api_gateway.resources[API].values()),
        "authorized by": [authorizers[method["authorizerId"]]["name"] for method in methods],
        "authorizers": [each["name"] for each in authorizers.values()],
        "calls": [method["methodIntegration"]["uri"] for method in methods],
        "says": {
            kind: (each["statusCode"], each["responseTemplates"]["application/json"])
            for kind, each in api_gateway.gateway_responses[API].items()
        },
    }


OF_FIRST = {
    "paths": ["/", "/a", "/a/{b}"],
    "authorized by": ["jwt"],
    "authorizers": ["jwt"],
    "calls": ["first"],
    "says": {"UNAUTHORIZED": ("401", "first")},
}
OF_SECOND = {
    "paths": ["/", "/c"],
    "authorized by": ["key"],
    "authorizers": ["key"],
    "calls": ["second"],
    "says": {"UNAUTHORIZED": ("401", "second")},
}


@pytest.mark.usefixtures("complete")
def test_all_of_a_definition_is_imported() -> None:
    identifier, _ = handlers["create"]("Rest", _properties(FIRST), "stack")
    assert identifier == API
    assert _state() == OF_FIRST


@pytest.mark.usefixtures("complete")
def test_another_definition_takes_its_place_under_the_same_id() -> None:
    handlers["create"]("Rest", _properties(FIRST), "stack")
    api_gateway.create_stage(API, {"stageName": "v1", "deploymentId": "d"})
    identifier, attributes = handlers["update"](API, _properties(FIRST), _properties(SECOND), "stack", "Rest")
    assert (identifier, attributes["RestApiId"]) == (API, API)
    assert api_gateway.resources[API][attributes["RootResourceId"]]["path"] == "/"
    assert _state() == OF_SECOND
    assert api_gateway.stages_v1[API]["v1"]["deploymentId"] == "d"
    assert [api for api in api_gateway.rest_apis if api_gateway.rest_apis[api]["name"] == "stack"] == [API]


@pytest.mark.usefixtures("complete")
def test_an_api_made_of_resources_becomes_one_of_a_definition_and_they_may_go_afterwards() -> None:
    handlers["create"]("Rest", _properties(None), "stack")
    (root,) = api_gateway.resources[API]
    api_gateway.create_resource(API, root, {"pathPart": "old"})
    (old,) = (name for name, each in api_gateway.resources[API].items() if each["path"] == "/old")
    handlers["update"](API, _properties(None), _properties(FIRST), "stack", "Rest")
    api_gateway.delete_resource(API, old)
    api_gateway.delete_method(API, old, "GET")
    assert _state() == OF_FIRST


@pytest.mark.usefixtures("complete")
def test_other_properties_change_as_before() -> None:
    handlers["create"]("Rest", _properties(FIRST), "stack")
    handlers["update"](API, _properties(FIRST), _properties(FIRST, Description="new"), "stack", "Rest")
    assert api_gateway.rest_apis[API]["description"] == "new"
    assert _state() == OF_FIRST
