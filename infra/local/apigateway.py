"""Add to the engine's API Gateway: gateway responses in a definition, and an import over an existing API."""

from collections.abc import Mapping
from typing import Any

from infra.local.ministack_internals import api_gateway, provisioners

_RESPONSES = "x-amazon-apigateway-gateway-responses"


def complete_api_gateway() -> None:
    """Make the engine import a definition as API Gateway does (PutRestApi, mode overwrite).

    The engine reads only the paths and authorizers of a definition, and replaces an API when its definition changes.
    Our API has a fixed id (``infra.target.LOCAL_API_ID``), which the engine can give to only one API at a time.
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
    """Replace the content of an API; the order of steps lets each request see all of the old or all of the new."""
    fresh: str = api_gateway.import_rest_api(definition)
    api_gateway.authorizers_v1[api] = {**api_gateway.authorizers_v1[api], **api_gateway.authorizers_v1[fresh]}
    api_gateway.resources[api] = api_gateway.resources[fresh]
    api_gateway.authorizers_v1[api] = api_gateway.authorizers_v1[fresh]
    api_gateway.gateway_responses[api] = api_gateway.gateway_responses[fresh]
    api_gateway.delete_rest_api(fresh)
