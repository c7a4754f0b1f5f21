"""The binaries that the caller sees (document 002)."""

from constellation.common.errors import Invalid
from constellation.common.pages import MOST
from constellation.firmware.list_firmware import LIST_BINARIES, binaries_before
from constellation.firmware.model import file_name
from constellation.runtime.binding import Query
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import Slice
from constellation.runtime.pagination import cursor_at, next_link, place_after
from constellation.runtime.request import Caller


@endpoint("GET /image/binary", dialect=firmware, grants=LIST_BINARIES, errors=[Invalid])
def handler(query: Query[Slice], caller: Caller) -> Reply[list[str]]:
    """GET /image/binary: the file names of all binaries that the caller can download, the newest first.

    Where more follow, the header `Link` says where (`rel="next"`). A request looks into at most 25 constellations,
    first those that the caller has created. With more of them, the list is sorted for each 25, and a page can be short
    or empty while `Link` leads on.
    """
    scope = ("binaries by windows", caller.user_id)
    page = binaries_before(place_after(query.cursor, *scope), caller.user_id, query.limit or MOST)
    cursor = cursor_at(page.following, *scope)
    return Reply([file_name(entry.id) for entry in page.items], next_link("/image/binary", cursor, limit=query.limit))
