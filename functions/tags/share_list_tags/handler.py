"""List the tags of the caller's own images (second contract, 5)."""

from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller
from constellation.tags.inputs import TagQuery
from constellation.tags.list import page_of_own
from constellation.tags.model import compared
from constellation.tags.outputs import TagList, tag_list


@endpoint("GET /api/tags", dialect=sharing, scope="images:read", uses=[page_of_own], headers=["Link"])
def handler(query: Query[TagQuery], caller: Caller) -> Reply[TagList]:
    """GET /api/tags: list the tags of the caller's own images, sorted by name.

    The counts follow changes at once, or within a minute where many tags change.
    """
    prefix = compared(query.prefix)
    scope = ("tags", caller.reader, prefix)
    page = page_of_own(prefix, position_after(query.cursor, *scope), caller, query.limit)
    cursor = cursor_at(page.following, *scope)
    return Reply(tag_list(page.items, cursor), next_link("/api/tags", cursor, prefix=query.prefix, limit=query.limit))
