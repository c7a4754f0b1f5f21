"""Deletion of an image (document 003)."""

from typing import Annotated

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.images.access import IMAGE_ACCESS
from constellation.images.delete import DELETE, delete
from constellation.images.inputs import Deletion
from constellation.images.model import Image
from constellation.images.params import shared_image_for
from constellation.runtime.binding import Now, OptionalBody
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


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
