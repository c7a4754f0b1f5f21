"""A comment on an image (contract, "Constellations")."""

from typing import Annotated

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.common.ids import new_id
from constellation.images.access import IMAGE_ACCESS
from constellation.images.comments import ADD, add
from constellation.images.inputs import NewComment
from constellation.images.model import Comment, Image
from constellation.images.outputs import CommentEntry, comment_entry
from constellation.images.params import image_for
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Operation


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
