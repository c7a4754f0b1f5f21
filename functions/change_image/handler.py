"""A new description or visibility (document 003)."""

from typing import Annotated

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.domain.images import Image, ImageChange
from constellation.domain.rights import Operation
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import shared_image_for
from constellation.inputs.sharing import ImageDescription
from constellation.services.access import IMAGE_ACCESS
from constellation.services.changes import CHANGE, change


@endpoint(
    "PATCH /api/image/{image_id}",
    dialect=sharing,
    grants=[*IMAGE_ACCESS, *CHANGE],
    status=204,
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(
    image: Annotated[Image, shared_image_for(Operation.CHANGE_IMAGE)], body: Body[ImageDescription], now: Now
) -> None:
    """PATCH /api/image/{image_id}: change what is said of an image."""
    given = body.model_dump(exclude_unset=True)
    change(image, ImageChange(given.get("description"), given.get("isPublic")), now)
