"""List the caller's constellations (document 001)."""

from constellation.common.pages import MOST
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import PageQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller
from constellation.workspaces.outputs import ListedConstellation, listed_constellation
from constellation.workspaces.windows import page


@endpoint("GET /constellations", dialect=constellations, scope="constellations:read", uses=[page])
def handler(query: Query[PageQuery], caller: Caller) -> Reply[list[ListedConstellation]]:
    """GET /constellations: list the constellations of which the caller is a member.

    Those that the caller created come first. If there are more, the `Link` header holds the URL of the next page
    (`rel="next"`).
    """
    scope = ("constellations", caller.reader)
    found = page(caller, position_after(query.cursor, *scope), query.limit or MOST)
    entries = [listed_constellation(member) for _, member in found.members]
    return Reply(entries, next_link("/constellations", cursor_at(found.rest, *scope), limit=query.limit))
