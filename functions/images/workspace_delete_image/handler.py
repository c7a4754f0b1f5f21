"""Deletion of an image, as document 000 has it."""

from typing import Annotated

from constellation.common.errors import Forbidden, NotFound, Unavailable
from constellation.images.access import IMAGE_ACCESS
from constellation.images.delete import DELETE, delete
from constellation.images.model import Image
from constellation.images.params import image_for
from constellation.runtime.binding import Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.outputs import Message
from constellation.workspaces.rights import Operation


@endpoint(
    "DELETE /images/{image_uuid}",
    dialect=constellations,
    grants=[*IMAGE_ACCESS, *DELETE],
    errors=[Forbidden, NotFound, Unavailable],
)
def handler(image: Annotated[Image, image_for(Operation.DELETE_IMAGE)], now: Now) -> Message:
    """DELETE /images/{image_uuid}: delete an image, its link and what was made of it."""
    delete(image, keeps_bytes=False, now=now)
    return {"message": "Image deleted"}
