"""Changing what is said of an image."""

from datetime import datetime

from constellation.aws import queues
from constellation.common.errors import Invalid, NotFound, Unavailable, Violation
from constellation.images import indexing_request as indexing
from constellation.images import store as images
from constellation.images.access import ImageAccess
from constellation.images.model import NO_SUCH_IMAGE, Image, ImageChange
from constellation.workspaces import folder_store as folders
from constellation.workspaces.locations import (
    CONSTELLATION_FIELD,
    FOLDER_FIELD,
    folder_within,
    location_for_new,
    no_such_folder_within,
)
from constellation.workspaces.model import Location

CHANGE = (images.CHANGE, queues.ASK_FOR_INDEXING)
"""What a function that changes images needs."""

_TRIES = 10


def change(image: Image, wanted: ImageChange, now: datetime) -> Image:
    """Change an image, in one step; of two changes at once the later one stands, whole. The answer is the new state.

    Raises NotFound when it is gone, Invalid when it was to lie in a folder that is.
    """
    for _ in range(_TRIES):
        after = image.changed(wanted, now)
        if after == image:
            return image
        indexing.follow(image, after)
        try:
            if images.change(image, after, now):
                return after
        except folders.FolderGone:
            raise no_such_folder_within("folder_uuid") from None
        image = again(image)
    raise Unavailable


def again(image: Image) -> Image:
    """An image as it is after somebody else has changed it.

    Raises NotFound when it is gone, Unavailable when it lies elsewhere, where other people have rights to it.
    """
    there = images.get(image.id)
    if there is None:
        raise NotFound(NO_SUCH_IMAGE)
    if there.location != image.location and (image.location is None or there.location is None):
        raise Unavailable
    return there


def place_for(found: ImageAccess, constellation_id: str, folder_id: str, user_id: str) -> Location | None:
    """Where a user moves an image; None where nothing of it was named. Raises as above.

    An image that lies in a constellation stays in it.
    """
    if found.constellation is None:
        return location_for_new(constellation_id, folder_id, user_id)
    if constellation_id and constellation_id != found.constellation.id:
        raise Invalid(Violation(CONSTELLATION_FIELD, "An image does not leave its constellation."))
    if not folder_id:
        return None
    return Location(found.constellation.id, folder_within(found.constellation, folder_id, FOLDER_FIELD))
