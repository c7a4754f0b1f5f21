"""Change the name, description, visibility, location, access or focus of an image."""

from datetime import datetime

from constellation.common.errors import Unavailable
from constellation.images import access, indexing_request, links_request, store
from constellation.images.model import Image, ImageChange
from constellation.runtime.operation import operation

_TRIES = 10


@operation(grants=[store.CHANGE], uses=[indexing_request.follow, access.again])
def change(image: Image, wanted: ImageChange, now: datetime) -> Image:
    """Change an image in one step and return its new state. Of two changes at once the later one stands, whole.

    Raise NotFound when the image is gone, FolderGone when its new folder is.
    """
    for _ in range(_TRIES):
        after = image.changed(wanted, now)
        if after == image:
            return image
        indexing_request.follow(image, after)
        if store.change(image, after, now):
            return after
        image = access.again(image)
    raise Unavailable


@operation(uses=[change, links_request.announce, links_request.follow])
def change_with_links(image: Image, wanted: ImageChange, now: datetime) -> None:
    """Change an image, its access and its focus included, which change what its links give.

    Raise NotFound when the image is gone.
    """
    if image.changed(wanted, now) == image:
        return
    access, focus = wanted.access is not None, wanted.focus is not None
    if access or focus:
        links_request.announce(image, access=access, focus=focus)
    links_request.follow(image, change(image, wanted, now))
