"""What the documentation page loads."""

from constellation.domain.errors import NotFound
from constellation.http.dialects import constellations
from constellation.http.endpoint import Reply, endpoint
from constellation.views import docs


@endpoint("GET /docs/{file}", dialect=constellations, security="public", errors=[NotFound], media_type="text/*")
def handler(file: str) -> Reply[bytes]:
    """GET /docs/{file}: a script or a style sheet of the documentation page."""
    content, media_type = docs.asset(file)
    return Reply(content, {**docs.HEADERS, "Content-Type": media_type})
