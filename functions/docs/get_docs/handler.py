"""Show the documentation of the API."""

from constellation.runtime import api_docs
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Request


@endpoint(
    "GET /docs",
    dialect=constellations,
    security="public",
    also={304: None},
    headers=["ETag"],
    media_types=["text/html; charset=utf-8"],
)
def handler(request: Request) -> Reply[bytes]:
    """GET /docs: show the documentation of the API, where you can try requests."""
    return api_docs.document(request, api_docs.PAGE, api_docs.HEADERS)
