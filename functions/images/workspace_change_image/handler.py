"""Change the name or the location of an image (document 000)."""

from typing import Annotated

from constellation.images.access import ImageAccess
from constellation.images.inputs import ImageMove
from constellation.images.move import move
from constellation.images.outputs import ImageEntry, image_entry
from constellation.images.params import image_access_for
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Operation


@endpoint("PATCH /images/{image_uuid}", dialect=constellations, scope="images:write", uses=[move])
def handler(
    found: Annotated[ImageAccess, image_access_for(Operation.CHANGE_IMAGE)],
    wanted: Body[ImageMove],
    caller: Caller,
    now: Now,
) -> ImageEntry:
    """PATCH /images/{image_uuid}: rename an image, move it to another folder, or put it into a constellation."""
    image = move(found, wanted.name, wanted.constellation_uuid, wanted.folder_uuid, caller, now)
    return image_entry(image)
