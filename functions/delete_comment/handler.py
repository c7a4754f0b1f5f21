"""Deletion of a comment (contract, "Constellations")."""

from constellation.domain.errors import Forbidden, NotFound
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import DeletableComment
from constellation.services.access import IMAGE_ACCESS
from constellation.stores.comments import DELETE, FIND, delete
from constellation.views.constellations import Message


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
