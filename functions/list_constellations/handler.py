"""The caller's constellations (document 001)."""

from constellation.domain.errors import Invalid
from constellation.http.binding import Query
from constellation.http.dialects import constellations
from constellation.http.endpoint import Reply, endpoint
from constellation.http.paging import cursor_at, next_link, place_after
from constellation.http.request import Caller
from constellation.inputs.listing import Slice
from constellation.services.memberships import READ_WINDOWS, page
from constellation.services.pages import MOST
from constellation.views.constellations import ConstellationEntry, constellation_entry


@endpoint("GET /constellations", dialect=constellations, grants=READ_WINDOWS, errors=[Invalid])
def handler(query: Query[Slice], caller: Caller) -> Reply[list[ConstellationEntry]]:
    """GET /constellations: the constellations that the caller is a member of, first those that it has created.

    Where more follow, the header `Link` says where (`rel="next"`).
    """
    scope = ("constellations", caller.user_id)
    found = page(caller.user_id, place_after(query.cursor, *scope), query.limit or MOST)
    entries = [constellation_entry(member.constellation) for _, member in found.members]
    return Reply(entries, next_link("/constellations", cursor_at(found.rest, *scope), limit=query.limit))
