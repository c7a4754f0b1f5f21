"""Give the files of the documentation page."""

from constellation.common.errors import NotFound
from constellation.runtime import api_docs
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Request


@endpoint(
    "GET /docs/{file}",
    dialect=constellations,
    security="public",
    also={304: None},
    headers=["ETag"],
    errors=[NotFound],
    media_types=api_docs.MEDIA_TYPES,
)
def handler(file: str, request: Request) -> Reply[bytes]:
    """GET /docs/{file}: get a script or a style sheet of the documentation page."""
    content, media_type = api_docs.asset(file)
    return api_docs.document(request, content, {**api_docs.HEADERS, "Content-Type": media_type})
