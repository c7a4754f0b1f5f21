"""Deletion of an image (document 003)."""

from typing import Annotated

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.domain.images import Image
from constellation.domain.rights import Operation
from constellation.http.binding import Now, OptionalBody
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import shared_image_for
from constellation.inputs.sharing import Deletion
from constellation.services.access import IMAGE_ACCESS
from constellation.services.deletion import DELETE, delete


@endpoint(
    "DELETE /api/image/{image_id}",
    dialect=sharing,
    grants=[*IMAGE_ACCESS, *DELETE],
    status=204,
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(
    image: Annotated[Image, shared_image_for(Operation.DELETE_IMAGE)], body: OptionalBody[Deletion], now: Now
) -> None:
    """DELETE /api/image/{image_id}: delete an image, its link and what was made of it."""
    delete(image, keeps_bytes=body.preserveOnDisk, now=now)
