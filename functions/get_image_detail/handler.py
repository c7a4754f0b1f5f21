"""All of one's own image (document 003)."""

from constellation.domain.errors import Forbidden, NotFound
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import OwnImage
from constellation.services.access import ACCESS
from constellation.views.sharing import ImageDetail, detail


@endpoint("GET /api/image/{image_id}/detail", dialect=sharing, grants=ACCESS, errors=[NotFound, Forbidden])
def handler(image: OwnImage) -> ImageDetail:
    """GET /api/image/{image_id}/detail: all that is known of an image of the caller's."""
    return detail(image)
