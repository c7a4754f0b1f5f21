"""What the documentation page loads."""

from constellation.common.errors import NotFound
from constellation.runtime import api_docs as docs
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint


@endpoint("GET /docs/{file}", dialect=constellations, security="public", errors=[NotFound], media_type="text/*")
def handler(file: str) -> Reply[bytes]:
    """GET /docs/{file}: a script or a style sheet of the documentation page."""
    content, media_type = docs.asset(file)
    return Reply(content, {**docs.HEADERS, "Content-Type": media_type})
