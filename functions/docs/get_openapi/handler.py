"""Give the description of the API."""

from pathlib import Path

from constellation.runtime.api_docs import document
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Request

_DOCUMENT = Path(__file__).with_name("openapi.json")


@endpoint("GET /openapi.json", dialect=constellations, security="public", also={304: None}, headers=["ETag"])
def handler(request: Request) -> Reply[bytes]:
    """GET /openapi.json: get the description of this API in OpenAPI 3.1."""
    return document(request, _DOCUMENT.read_bytes(), {"Cache-Control": "public, max-age=300"})
