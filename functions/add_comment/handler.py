"""A comment on an image (contract, "Constellations")."""

from typing import Annotated

from constellation.domain.constellations import Comment
from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.domain.ids import new_id
from constellation.domain.images import Image
from constellation.domain.rights import Operation
from constellation.http.binding import Body, Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import image_for
from constellation.http.request import Caller
from constellation.inputs.constellations import NewComment
from constellation.services.access import IMAGE_ACCESS
from constellation.services.comments import ADD, add
from constellation.views.constellations import CommentEntry, comment_entry


@endpoint(
    "POST /images/{image_uuid}/comments",
    dialect=constellations,
    grants=[*IMAGE_ACCESS, *ADD],
    status=201,
    errors=[BadRequest, Forbidden, NotFound, Invalid],
)
def handler(
    image: Annotated[Image, image_for(Operation.ADD_COMMENT)], new: Body[NewComment], caller: Caller, now: Now
) -> CommentEntry:
    """POST /images/{image_uuid}/comments: say something of an image."""
    comment = Comment(new_id(), image.id, caller.user_id, new.content, now)
    add(comment)
    return comment_entry(comment)
