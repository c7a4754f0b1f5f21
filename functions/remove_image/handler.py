"""Deletion of an image, as document 000 has it."""

from typing import Annotated

from constellation.domain.errors import Forbidden, NotFound, Unavailable
from constellation.domain.images import Image
from constellation.domain.rights import Operation
from constellation.http.binding import Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import image_for
from constellation.services.access import IMAGE_ACCESS
from constellation.services.deletion import DELETE, delete
from constellation.views.constellations import Message


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
