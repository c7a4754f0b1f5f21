"""The caller's constellations (document 001)."""

from constellation.common.errors import Invalid
from constellation.common.pages import MOST
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import PageQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller
from constellation.workspaces.outputs import ConstellationEntry, constellation_entry
from constellation.workspaces.windows import READ_WINDOWS, page


@endpoint("GET /constellations", dialect=constellations, grants=READ_WINDOWS, errors=[Invalid])
def handler(query: Query[PageQuery], caller: Caller) -> Reply[list[ConstellationEntry]]:
    """GET /constellations: the constellations that the caller is a member of, first those that it has created.

    Where more follow, the header `Link` says where (`rel="next"`).
    """
    scope = ("constellations", caller.user_id)
    found = page(caller.user_id, position_after(query.cursor, *scope), query.limit or MOST)
    entries = [constellation_entry(member.constellation) for _, member in found.members]
    return Reply(entries, next_link("/constellations", cursor_at(found.rest, *scope), limit=query.limit))
