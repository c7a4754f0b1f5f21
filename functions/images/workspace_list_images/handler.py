"""List the images that the caller sees (document 000)."""

from constellation.common.pages import MOST
from constellation.images.browse import page_after, page_within
from constellation.images.find import find_images
from constellation.images.inputs import ImageQuery
from constellation.images.outputs import ImageEntries, listed_entry
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller


@endpoint("GET /images", dialect=constellations, scope="images:read", uses=[page_within, page_after, find_images])
def handler(query: Query[ImageQuery], caller: Caller) -> Reply[ImageEntries]:
    """GET /images: list the images that the caller owns or sees in constellations, or those of one constellation.

    A request looks into at most 25 constellations, beginning with those that the caller created. A caller with more of
    them can get a short or empty page with a `next_cursor` that leads to the rest. The header `Link` holds the URL of
    the next page (`rel="next"`).
    """
    within, limit = query.constellation_uuid, query.limit or MOST
    scope = ("images", caller.reader, within) if within else ("images by windows", caller.reader)
    position = position_after(query.cursor, *scope)
    page = page_within(position, caller, within, limit) if within else page_after(position, caller, limit)
    images = find_images([file.id for file in page.items])
    entries: ImageEntries = {"images": [listed_entry(images[file.id]) for file in page.items if file.id in images]}
    cursor = cursor_at(page.following, *scope)
    link = next_link("/images", cursor, constellation_uuid=within, limit=query.limit)
    return Reply({**entries, "next_cursor": cursor} if cursor else entries, link)
