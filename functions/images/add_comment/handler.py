"""Add a comment to an image (contract, "Constellations")."""

from typing import Annotated

from constellation.accounts.users import find_users
from constellation.common.ids import new_id
from constellation.images.comments import add
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
    scope="images:write",
    uses=[add, find_users],
    status=201,
)
def handler(
    image: Annotated[Image, image_for(Operation.ADD_COMMENT)], new: Body[NewComment], caller: Caller, now: Now
) -> CommentEntry:
    """POST /images/{image_uuid}/comments: add a comment to an image."""
    comment = Comment(new_id(), image.id, caller.user_id, new.content, now)
    add(comment)
    return comment_entry(comment, find_users([caller.user_id]))
