"""All that is known of an image (document 003)."""

from typing import Annotated

from constellation.domain.errors import Forbidden, NotFound
from constellation.domain.images import Image
from constellation.domain.rights import Operation
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import shared_image_for
from constellation.services.access import IMAGE_ACCESS
from constellation.views.sharing import ImageDetail, detail


@endpoint("GET /api/image/{image_id}/detail", dialect=sharing, grants=IMAGE_ACCESS, errors=[NotFound, Forbidden])
def handler(image: Annotated[Image, shared_image_for(Operation.SEE_IMAGE)]) -> ImageDetail:
    """GET /api/image/{image_id}/detail: all that is known of an image."""
    return detail(image)
