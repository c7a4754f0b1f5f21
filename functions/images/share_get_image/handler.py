"""Return the metadata of an image (document 003)."""

from typing import Annotated

from constellation.images.model import Image
from constellation.images.outputs import ImageDetail, detail
from constellation.images.params import shared_image_for
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("GET /api/image/{image_id}/detail", dialect=sharing, scope="images:read")
def handler(image: Annotated[Image, shared_image_for(Operation.SEE_IMAGE)]) -> ImageDetail:
    """GET /api/image/{image_id}/detail: return the metadata of an image."""
    return detail(image)
