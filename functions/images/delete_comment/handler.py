"""Deletion of a comment (contract, "Constellations")."""

from constellation.common.errors import Forbidden, NotFound
from constellation.images.access import IMAGE_ACCESS
from constellation.images.comment_store import DELETE, FIND, delete
from constellation.images.params import DeletableComment
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.outputs import Message


@endpoint(
    "DELETE /images/{image_uuid}/comments/{comment_uuid}",
    dialect=constellations,
    grants=[*IMAGE_ACCESS, FIND, DELETE],
    errors=[Forbidden, NotFound],
)
def handler(comment: DeletableComment) -> Message:
    """DELETE /images/{image_uuid}/comments/{comment_uuid}: delete a comment of the caller's, or as ADMIN any."""
    delete(comment)
    return {"message": "Comment deleted"}
