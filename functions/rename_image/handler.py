"""An image's name and place (document 000)."""

from typing import Annotated

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.domain.images import ImageChange
from constellation.domain.rights import Operation
from constellation.http.binding import Body, Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import image_access_for
from constellation.http.request import Caller
from constellation.inputs.constellations import ImageMove
from constellation.services.access import IMAGE_ACCESS, ImageAccess
from constellation.services.changes import CHANGE, change
from constellation.services.places import PLACING_IMAGES, place_for
from constellation.stores import folders
from constellation.views.constellations import ImageEntry, image_entry


@endpoint(
    "PATCH /images/{image_uuid}",
    dialect=constellations,
    grants=[*IMAGE_ACCESS, *CHANGE, *PLACING_IMAGES, folders.FILE, folders.UNFILE],
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(
    found: Annotated[ImageAccess, image_access_for(Operation.CHANGE_IMAGE)],
    wanted: Body[ImageMove],
    caller: Caller,
    now: Now,
) -> ImageEntry:
    """PATCH /images/{image_uuid}: rename an image, move it to another folder, or put it into a constellation."""
    place = place_for(found, wanted.constellation_uuid, wanted.folder_uuid, caller.user_id)
    return image_entry(change(found.image, ImageChange(name=wanted.name or None, place=place), now))
