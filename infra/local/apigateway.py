"""What the engine's API Gateway lacks: gateway responses in a definition, and the import over an API that stands."""

from collections.abc import Mapping
from typing import Any

from infra.local.ministack_internals import api_gateway, provisioners

_RESPONSES = "x-amazon-apigateway-gateway-responses"


def complete_api_gateway() -> None:
    """Let the engine import a definition as API Gateway does (PutRestApi, mode overwrite).

    The engine reads the paths and the authorizers of a definition only, and replaces an API whose definition changes.
    The API here has an id of our choice (``infra.target.LOCAL_API_ID``), which the engine gives to one API at a time.
    """
    import_api = api_gateway.import_rest_api
    kind = provisioners.RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
    update_properties = kind["update"]

    def imported(definition: Mapping[str, Any], base: Mapping[str, Any] | None = None) -> str:
        api: str = import_api(definition, base)
        for response, properties in definition.get(_RESPONSES, {}).items():
            api_gateway.put_gateway_response(api, response, properties)
        return api

    def updated(api: str, old: Mapping[str, Any], new: Mapping[str, Any], *rest: Any, **named: Any) -> Any:
        if new.get("Body") and new["Body"] != old.get("Body"):
            _overwrite(api, new["Body"])
        return update_properties(api, {**old, "Body": new.get("Body")}, new, *rest, **named)

    api_gateway.import_rest_api = imported
    kind["update"] = updated


def _overwrite(api: str, definition: Mapping[str, Any]) -> None:
    """Give an API the content of a definition, in an order in which each request finds all of the old or the new."""
    fresh: str = api_gateway.import_rest_api(definition)
    api_gateway.authorizers_v1[api] = {**api_gateway.authorizers_v1[api], **api_gateway.authorizers_v1[fresh]}
    api_gateway.resources[api] = api_gateway.resources[fresh]
    api_gateway.authorizers_v1[api] = api_gateway.authorizers_v1[fresh]
    api_gateway.gateway_responses[api] = api_gateway.gateway_responses[fresh]
    api_gateway.delete_rest_api(fresh)
