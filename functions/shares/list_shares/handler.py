"""List the caller's shares (second contract, 5)."""

from constellation.runtime.base_url import base_url
from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller, Request
from constellation.shares.find import page_of_own
from constellation.shares.outputs import ShareList, share_list
from constellation.shares.views import counted


@endpoint("GET /api/shares", dialect=sharing, scope="images:read", uses=[page_of_own, counted], headers=["Link"])
def handler(query: Query[ListQuery], caller: Caller, request: Request) -> Reply[ShareList]:
    """GET /api/shares: list the shares that the caller has created, newest first."""
    scope = ("shares", caller.reader)
    page = page_of_own(position_after(query.cursor, *scope), caller, query.limit)
    cursor = cursor_at(page.following, *scope)
    body = share_list(page.items, counted(page.items), base_url(request), cursor)
    return Reply(body, next_link("/api/shares", cursor, limit=query.limit))
