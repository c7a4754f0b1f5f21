"""A new description or visibility (document 003)."""

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import OwnImage
from constellation.inputs.sharing import ImageChange
from constellation.services.changes import CHANGE, change


@endpoint(
    "PATCH /api/image/{image_id}",
    dialect=sharing,
    grants=CHANGE,
    status=204,
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(image: OwnImage, body: Body[ImageChange], now: Now) -> None:
    """PATCH /api/image/{image_id}: change what is said of an image of the caller's."""
    given = body.model_dump(exclude_unset=True)
    change(image, given.get("description"), given.get("isPublic"), now)
