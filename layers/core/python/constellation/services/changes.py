"""Changing what is said of an image."""

from datetime import datetime

from constellation.domain.errors import NotFound, Unavailable
from constellation.domain.images import Image
from constellation.domain.links import NO_SUCH_IMAGE
from constellation.services import indexing
from constellation.stores import images, queues

CHANGE = (images.READ, images.CHANGE, queues.ASK_FOR_INDEXING)
"""What a function that changes images needs."""

_TRIES = 10


def change(image: Image, description: str | None, is_public: bool | None, now: datetime) -> None:
    """Give an image what is not None, all of it in one step; of two at once the later one stands, whole.

    Raises NotFound when it is gone.
    """
    for _ in range(_TRIES):
        after = image.changed(description, is_public, now)
        if after == image:
            return
        indexing.follow(image, after)
        if images.change(image, after, now):
            return
        there = images.get(image.id)
        if there is None:
            raise NotFound(NO_SUCH_IMAGE)
        image = there
    raise Unavailable
