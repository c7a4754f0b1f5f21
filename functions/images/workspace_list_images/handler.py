"""The images that the caller sees (document 000)."""

from constellation.common.errors import Invalid, NotFound
from constellation.common.pages import MOST
from constellation.images.browse import BROWSE, page_after, page_within
from constellation.images.inputs import ImageQuery
from constellation.images.outputs import ImageEntries, image_entry
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.pagination import cursor_at, position_after
from constellation.runtime.request import Caller


@endpoint("GET /images", dialect=constellations, grants=BROWSE, errors=[Invalid, NotFound])
def handler(query: Query[ImageQuery], caller: Caller) -> ImageEntries:
    """GET /images: the images that the caller owns or sees through a constellation, or those of one constellation.

    A request looks into at most 25 constellations, first those that the caller has created. With more of them, a page
    can be short or empty while `next_cursor` leads on.
    """
    within, limit = query.constellation_uuid, query.limit or MOST
    scope = ("images", caller.user_id, within) if within else ("images by windows", caller.user_id)
    place = position_after(query.cursor, *scope)
    page = page_within(place, caller.user_id, within, limit) if within else page_after(place, caller.user_id, limit)
    entries: ImageEntries = {"images": [image_entry(file) for file in page.items]}
    cursor = cursor_at(page.following, *scope)
    return {**entries, "next_cursor": cursor} if cursor else entries
