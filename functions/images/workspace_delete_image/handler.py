"""Delete an image (document 000)."""

from typing import Annotated

from constellation.images.delete import delete
from constellation.images.model import Image
from constellation.images.params import image_for
from constellation.runtime.binding import Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.outputs import Message
from constellation.workspaces.rights import Operation


@endpoint("DELETE /images/{image_uuid}", dialect=constellations, scope="images:write", uses=[delete])
def handler(image: Annotated[Image, image_for(Operation.DELETE_IMAGE)], now: Now) -> Message:
    """DELETE /images/{image_uuid}: delete an image with its public link and its renditions."""
    delete(image, keeps_bytes=False, now=now)
    return {"message": "Image deleted"}
