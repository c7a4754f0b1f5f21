"""The API's description, for people."""

from constellation.runtime import api_docs as docs
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint


@endpoint("GET /docs", dialect=constellations, security="public", media_type="text/html; charset=utf-8")
def handler() -> Reply[bytes]:
    """GET /docs: the API's description as a page that can also try it."""
    return Reply(docs.PAGE, docs.HEADERS)
