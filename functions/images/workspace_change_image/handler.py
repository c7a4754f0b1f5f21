"""An image's name and place (document 000)."""

from typing import Annotated

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.images.access import IMAGE_ACCESS, ImageAccess
from constellation.images.change import CHANGE, change, place_for
from constellation.images.inputs import ImageMove
from constellation.images.model import ImageChange
from constellation.images.outputs import ImageEntry, image_entry
from constellation.images.params import image_access_for
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces import folder_store as folders
from constellation.workspaces.locations import PLACING_IMAGES
from constellation.workspaces.rights import Operation


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
    return image_entry(change(found.image, ImageChange(name=wanted.name or None, location=place), now))
