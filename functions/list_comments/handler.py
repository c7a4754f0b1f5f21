"""The comments on an image (contract, "Constellations")."""

from typing import Annotated

from constellation.domain.errors import Invalid, NotFound
from constellation.domain.images import Image
from constellation.domain.rights import Operation
from constellation.http.binding import Query
from constellation.http.dialects import constellations
from constellation.http.endpoint import Reply, endpoint
from constellation.http.loading import image_for
from constellation.http.paging import cursor_at, next_link, place_after
from constellation.http.request import Caller
from constellation.inputs.listing import Slice
from constellation.services.access import IMAGE_ACCESS
from constellation.services.comments import page_after
from constellation.services.pages import MOST
from constellation.stores.comments import READ
from constellation.views.constellations import CommentEntry, comment_entry


@endpoint(
    "GET /images/{image_uuid}/comments",
    dialect=constellations,
    grants=[*IMAGE_ACCESS, READ],
    errors=[Invalid, NotFound],
)
def handler(
    image: Annotated[Image, image_for(Operation.SEE_COMMENTS)], query: Query[Slice], caller: Caller
) -> Reply[list[CommentEntry]]:
    """GET /images/{image_uuid}/comments: what was said of an image, oldest first.

    Where more follow, the header `Link` says where (`rel="next"`).
    """
    scope = ("comments", caller.user_id, image.id)
    page = page_after(image.id, place_after(query.cursor, *scope), query.limit or MOST)
    cursor = cursor_at(page.following, *scope)
    link = next_link(f"/images/{image.id}/comments", cursor, limit=query.limit)
    return Reply([comment_entry(comment) for comment in page.items], link)
