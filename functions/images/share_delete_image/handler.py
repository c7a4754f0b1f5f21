"""Delete an image on the sharing surface (document 003)."""

from typing import Annotated

from constellation.images.delete import delete
from constellation.images.inputs import Deletion
from constellation.images.model import Image
from constellation.images.params import shared_image_for
from constellation.runtime.binding import Now, OptionalBody
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("DELETE /api/image/{image_id}", dialect=sharing, scope="images:write", uses=[delete], status=204)
def handler(
    image: Annotated[Image, shared_image_for(Operation.DELETE_IMAGE)], body: OptionalBody[Deletion], now: Now
) -> None:
    """DELETE /api/image/{image_id}: delete an image with its public link and its renditions."""
    delete(image, keeps_bytes=body.preserveOnDisk, now=now)
