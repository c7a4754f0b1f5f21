"""Deletion of an image (document 003)."""

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.http.binding import Now, OptionalBody
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import OwnImage
from constellation.inputs.sharing import Deletion
from constellation.services.deletion import DELETE, delete


@endpoint(
    "DELETE /api/image/{image_id}",
    dialect=sharing,
    grants=DELETE,
    status=204,
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(image: OwnImage, body: OptionalBody[Deletion], now: Now) -> None:
    """DELETE /api/image/{image_id}: delete an image of the caller's, its link and what was made of it."""
    delete(image, keeps_bytes=body.preserveOnDisk, now=now)
