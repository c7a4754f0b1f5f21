"""Change the description or the visibility of an image (document 003)."""

from typing import Annotated

from constellation.images.change import change
from constellation.images.inputs import ImageDescription
from constellation.images.model import Image, ImageChange
from constellation.images.params import shared_image_for
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("PATCH /api/image/{image_id}", dialect=sharing, scope="images:write", uses=[change], status=204)
def handler(
    image: Annotated[Image, shared_image_for(Operation.CHANGE_IMAGE)], body: Body[ImageDescription], now: Now
) -> None:
    """PATCH /api/image/{image_id}: change the description or the visibility of an image."""
    given = body.model_dump(exclude_unset=True)
    change(image, ImageChange(given.get("description"), given.get("isPublic")), now)
