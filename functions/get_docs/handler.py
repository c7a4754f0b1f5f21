"""The API's description, for people."""

from constellation.http.dialects import constellations
from constellation.http.endpoint import Reply, endpoint
from constellation.views import docs


@endpoint("GET /docs", dialect=constellations, security="public", media_type="text/html; charset=utf-8")
def handler() -> Reply[bytes]:
    """GET /docs: the API's description as a page that can also try it."""
    return Reply(docs.PAGE, docs.HEADERS)
