"""The firmware images that the caller sees (document 002)."""

from constellation.common.errors import Invalid
from constellation.common.pages import MOST
from constellation.firmware.inputs import FirmwareList
from constellation.firmware.list_firmware import LIST, page_before
from constellation.firmware.outputs import FirmwareEntry, listed_firmware
from constellation.runtime.binding import Query
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.pagination import cursor_at, next_link, place_after
from constellation.runtime.request import Caller


@endpoint("GET /image", dialect=firmware, grants=LIST, errors=[Invalid])
def handler(query: Query[FirmwareList], caller: Caller) -> Reply[list[FirmwareEntry]]:
    """GET /image?label=: the caller's firmware images and those of its constellations, the newest first.

    With `sort=version` those of the highest precedence first. Where more follow, the header `Link` says where. A
    request looks into at most 25 constellations, first those that the caller has created. With more of them, the list
    is sorted for each 25, and a page can be short or empty while `Link` leads on.
    """
    scope = ("firmware by windows", caller.user_id, query.label, query.sort)
    place, limit = place_after(query.cursor, *scope), query.limit or MOST
    page = page_before(place, caller.user_id, query.label, limit, by_version=bool(query.sort))
    more = {"label": query.label, "sort": query.sort, "limit": query.limit}
    cursor = cursor_at(page.following, *scope)
    return Reply([listed_firmware(entry) for entry in page.items], next_link("/image", cursor, **more))
