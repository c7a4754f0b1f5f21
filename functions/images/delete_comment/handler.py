"""Delete a comment (contract, "Constellations")."""

from constellation.images import comment_store
from constellation.images.params import DeletableComment
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.outputs import Message


@endpoint(
    "DELETE /images/{image_uuid}/comments/{comment_uuid}",
    dialect=constellations,
    scope="images:write",
    grants=[comment_store.DELETE],
)
def handler(comment: DeletableComment) -> Message:
    """DELETE /images/{image_uuid}/comments/{comment_uuid}: delete a comment.

    Users can delete their own comments, an ADMIN all of them.
    """
    comment_store.delete(comment)
    return {"message": "Comment deleted"}
