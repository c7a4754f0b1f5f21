"""List binaries of firmware images (document 002)."""

from constellation.common.pages import MOST
from constellation.firmware.list_firmware import list_binaries
from constellation.firmware.model import file_name
from constellation.runtime.binding import Query
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import PageQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller


@endpoint("GET /image/binary", dialect=firmware, scope="firmware:read", uses=[list_binaries])
def handler(query: Query[PageQuery], caller: Caller) -> Reply[list[str]]:
    """GET /image/binary: list the file names of all binaries that the caller can download, the newest first.

    If more follow, the header `Link` holds the URL of the next page (`rel="next"`). A request covers at most 25
    constellations, beginning with those that the caller has created. With more than 25, the list is sorted within each
    group of 25, and a page can be short or empty although there is a next one.
    """
    scope = ("binaries by windows", caller.reader)
    page = list_binaries(position_after(query.cursor, *scope), caller, query.limit or MOST)
    cursor = cursor_at(page.following, *scope)
    return Reply([file_name(entry.id) for entry in page.items], next_link("/image/binary", cursor, limit=query.limit))
