"""List the caller's collections (second contract, 5)."""

from constellation.collections.find import covers, page_of_own
from constellation.collections.outputs import CollectionList, collection_list
from constellation.runtime.binding import Now, Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller


@endpoint("GET /api/collections", dialect=sharing, scope="images:read", uses=[page_of_own, covers], headers=["Link"])
def handler(query: Query[ListQuery], caller: Caller, now: Now) -> Reply[CollectionList]:
    """GET /api/collections: list the caller's collections, newest first."""
    scope = ("collections", caller.reader)
    page = page_of_own(position_after(query.cursor, *scope), caller, query.limit)
    cursor = cursor_at(page.following, *scope)
    body = collection_list(page.items, covers(page.items, caller, now), cursor)
    return Reply(body, next_link("/api/collections", cursor, limit=query.limit))
