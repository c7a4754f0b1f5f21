"""List the shares of a constellation (second contract, 5)."""

from typing import Annotated

from constellation.runtime.base_url import base_url
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller, Request
from constellation.shares.find import page_in
from constellation.shares.outputs import ShareList, share_list
from constellation.shares.views import counted
from constellation.workspaces.model import Membership
from constellation.workspaces.params import member_there_for
from constellation.workspaces.rights import Operation

_PATH = "/constellations/{constellation_uuid}/shares"


@endpoint(f"GET {_PATH}", dialect=constellations, scope="images:read", uses=[page_in, counted], headers=["Link"])
def handler(
    member: Annotated[Membership, member_there_for(Operation.MANAGE_SHARES)],
    query: Query[ListQuery],
    caller: Caller,
    request: Request,
) -> Reply[ShareList]:
    """GET /constellations/{constellation_uuid}/shares: list the shares of a constellation and of what is in it.

    The newest come first, whoever created them. Shares of collections are not among them.
    """
    id_ = member.constellation.id
    scope = ("shares", caller.reader, id_)
    page = page_in(id_, position_after(query.cursor, *scope), query.limit)
    cursor = cursor_at(page.following, *scope)
    body = share_list(page.items, counted(page.items), base_url(request), cursor)
    return Reply(body, next_link(f"/constellations/{id_}/shares", cursor, limit=query.limit))
