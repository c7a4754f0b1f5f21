"""Give the description of the API."""

from pathlib import Path

from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint

_DOCUMENT = Path(__file__).with_name("openapi.json")


@endpoint("GET /openapi.json", dialect=constellations, security="public")
def handler() -> Reply[bytes]:
    """GET /openapi.json: get the description of this API in OpenAPI 3.1."""
    return Reply(_DOCUMENT.read_bytes(), {"Cache-Control": "public, max-age=300"})
