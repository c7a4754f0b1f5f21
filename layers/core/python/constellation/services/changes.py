"""Changing what is said of an image."""

from datetime import datetime

from constellation.domain.errors import NotFound, Unavailable
from constellation.domain.images import Image, ImageChange
from constellation.domain.links import NO_SUCH_IMAGE
from constellation.services import indexing
from constellation.services.places import no_such_folder_within
from constellation.stores import folders, images, queues

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
    if there.place != image.place and (image.place is None or there.place is None):
        raise Unavailable
    return there
