"""The images that the caller sees (document 000)."""

from constellation.domain.errors import Invalid, NotFound
from constellation.http.binding import Query
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.paging import cursor_at, place_after
from constellation.http.request import Caller
from constellation.inputs.constellations import ImageQuery
from constellation.services.browsing import BROWSE, page_after, page_within
from constellation.services.pages import MOST
from constellation.views.constellations import ImageEntries, image_entry


@endpoint("GET /images", dialect=constellations, grants=BROWSE, errors=[Invalid, NotFound])
def handler(query: Query[ImageQuery], caller: Caller) -> ImageEntries:
    """GET /images: the images that the caller owns or sees through a constellation, or those of one constellation.

    A request looks into at most 25 constellations, first those that the caller has created. With more of them, a page
    can be short or empty while `next_cursor` leads on.
    """
    within, limit = query.constellation_uuid, query.limit or MOST
    scope = ("images", caller.user_id, within) if within else ("images by windows", caller.user_id)
    place = place_after(query.cursor, *scope)
    page = page_within(place, caller.user_id, within, limit) if within else page_after(place, caller.user_id, limit)
    entries: ImageEntries = {"images": [image_entry(file) for file in page.items]}
    cursor = cursor_at(page.following, *scope)
    return {**entries, "next_cursor": cursor} if cursor else entries
