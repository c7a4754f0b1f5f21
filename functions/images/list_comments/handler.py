"""List the comments on an image (contract, "Constellations")."""

from typing import Annotated

from constellation.common.pages import MOST
from constellation.images.comments import page_after
from constellation.images.model import Image
from constellation.images.outputs import CommentEntry, comment_entry
from constellation.images.params import image_for
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import PageQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Operation


@endpoint("GET /images/{image_uuid}/comments", dialect=constellations, scope="images:read", uses=[page_after])
def handler(
    image: Annotated[Image, image_for(Operation.SEE_COMMENTS)], query: Query[PageQuery], caller: Caller
) -> Reply[list[CommentEntry]]:
    """GET /images/{image_uuid}/comments: list the comments on an image, oldest first.

    If there are more, the `Link` header holds the URL of the next page (`rel="next"`).
    """
    scope = ("comments", caller.reader, image.id)
    page, authors = page_after(image.id, position_after(query.cursor, *scope), query.limit or MOST)
    cursor = cursor_at(page.following, *scope)
    link = next_link(f"/images/{image.id}/comments", cursor, limit=query.limit)
    return Reply([comment_entry(comment, authors) for comment in page.items], link)
