"""Change the description, the visibility, the access or the focus of an image (document 003)."""

from typing import Annotated

from constellation.images.change import change_with_links
from constellation.images.inputs import ImageDescription
from constellation.images.model import Image
from constellation.images.params import shared_image_for
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("PATCH /api/image/{image_id}", dialect=sharing, scope="images:write", uses=[change_with_links], status=204)
def handler(
    image: Annotated[Image, shared_image_for(Operation.CHANGE_IMAGE)], body: Body[ImageDescription], now: Now
) -> None:
    """PATCH /api/image/{image_id}: change the description, the visibility, the access or the focus of an image.

    Links follow within a minute. From then on, an image whose access is `signed` is returned to signed links only.
    """
    change_with_links(image, body.change, now)
