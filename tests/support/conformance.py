"""Whether an answer is one that the OpenAPI document has: status, media type, headers and body."""

import functools
import importlib
import json
from collections.abc import Mapping
from typing import Any

from constellation.runtime.endpoint import Endpoint
from infra import ROOT

_DOCUMENT = ROOT / "functions" / "docs" / "get_openapi" / "openapi.json"
_jsonschema: Any = importlib.import_module("jsonschema_rs")  # it is typed in part only


@functools.cache
def _document() -> dict[str, Any]:
    return json.loads(_DOCUMENT.read_text(encoding="utf-8"))


def fault(endpoint: Endpoint, method: str, status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return how an answer differs from the document, or None. Header names are lowered."""
    responses = _document()["paths"][endpoint.path][method.lower()]["responses"]
    said = responses.get(str(status))
    if said is None:
        return f"{status} is not among {', '.join(responses)}"
    missing = [name for name, header in said.get("headers", {}).items() if header["required"]]
    if lacking := [name for name in missing if name.lower() not in headers]:
        return f"{status} lacks {', '.join(lacking)}"
    if not body:
        return None
    media_type = headers["content-type"].partition(";")[0]
    described = {name.partition(";")[0]: each for name, each in said.get("content", {}).items()}
    if media_type not in described:
        return f"{status} has {media_type}, not {', '.join(described) or 'nothing'}"
    if not media_type.endswith("json"):
        return None
    try:
        content = json.loads(body)
    except RecursionError:  # a tree of a thousand levels
        return None
    error = next(_validator(endpoint.path, method.lower(), str(status)).iter_errors(content), None)
    return error and f"{status}: {error.message} at {error.instance_path}"


@functools.cache
def _validator(path: str, method: str, status: str) -> Any:
    said = _document()["paths"][path][method]["responses"][status]
    schema = said["content"]["application/json"]["schema"]
    whole = {"components": _document()["components"], **schema}
    return _jsonschema.Draft202012Validator(whole, validate_formats=True)
