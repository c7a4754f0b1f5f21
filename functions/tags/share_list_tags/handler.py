"""List the tags of the caller's own images (second contract, 5)."""

from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Caller
from constellation.tags.inputs import TagQuery
from constellation.tags.list import page
from constellation.tags.outputs import TagList


@endpoint("GET /api/tags", dialect=sharing, scope="images:read", uses=[page], headers=["Link"])
def handler(query: Query[TagQuery], caller: Caller) -> Reply[TagList]:
    """GET /api/tags: list the tags of the caller's own images, sorted by name.

    The counts follow changes at once, or within a minute where many tags change.
    """
    return page("/api/tags", query, caller)
