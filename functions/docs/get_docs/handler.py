"""Show the documentation of the API."""

from constellation.runtime import api_docs
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint


@endpoint("GET /docs", dialect=constellations, security="public", media_types=["text/html; charset=utf-8"])
def handler() -> Reply[bytes]:
    """GET /docs: show the documentation of the API, with which requests can be tried."""
    return Reply(api_docs.PAGE, api_docs.HEADERS)
