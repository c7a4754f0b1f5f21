"""List firmware images (document 002)."""

from constellation.common.pages import MOST
from constellation.firmware.inputs import FirmwareList
from constellation.firmware.list_firmware import list_firmware
from constellation.firmware.outputs import FirmwareEntry, listed_firmware
from constellation.runtime.binding import Query
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller


@endpoint("GET /image", dialect=firmware, scope="firmware:read", uses=[list_firmware])
def handler(query: Query[FirmwareList], caller: Caller) -> Reply[list[FirmwareEntry]]:
    """GET /image?label=: list the firmware images of the caller and of the caller's constellations, the newest first.

    With `sort=version` the highest versions come first. If more follow, the header `Link` holds the URL of the next
    page (`rel="next"`). A request covers at most 25 constellations, beginning with those that the caller has created.
    With more than 25, the list is sorted within each group of 25, and a page can be short or empty although there is a
    next one.
    """
    scope = ("firmware by windows", caller.reader, query.label, query.sort)
    position, limit = position_after(query.cursor, *scope), query.limit or MOST
    page = list_firmware(position, caller, query.label, limit, by_version=bool(query.sort))
    more = {"label": query.label, "sort": query.sort, "limit": query.limit}
    cursor = cursor_at(page.following, *scope)
    return Reply([listed_firmware(entry) for entry in page.items], next_link("/image", cursor, **more))
