"""Change the name, description, visibility, location, access or focus of an image."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from constellation.common.errors import DomainError, Unavailable
from constellation.common.outcomes import one_by_one
from constellation.images import access, indexing_request, links_request, store, tag_index, watermark_request
from constellation.images.model import Image, ImageChange
from constellation.runtime.operation import operation

_TRIES = 10


@operation(grants=[store.CHANGE], uses=[indexing_request.follow, access.again])
def change(image: Image, wanted: ImageChange, now: datetime, *, announced: bool = False) -> Image:
    """Change an image in one step and return its new state. Of two changes at once the later one stands, whole.

    ``announced`` says that the search index has been asked to follow. Raise NotFound when the image is gone, FolderGone
    when its new folder is.
    """
    for _ in range(_TRIES):
        after = image.changed(wanted, now)
        if after == image:
            return image
        if not announced:
            indexing_request.follow(image, after)
        if store.change(image, after, now):
            return after
        image, announced = access.again(image), False
    raise Unavailable


@operation(uses=[indexing_request.follow_each])
def announce(changes: Iterable[tuple[Image, ImageChange]], now: datetime) -> None:
    """Ask the search index to follow changes of images, which are about to be made."""
    states = ((image, image.changed(wanted, now)) for image, wanted in changes)
    indexing_request.follow_each((before, after) for before, after in states if after != before)


@operation(
    uses=[
        *(change, tag_index.follow, tag_index.count),
        *(links_request.announce, links_request.follow, watermark_request.follow),
    ]
)
def change_with_links(image: Image, wanted: ImageChange, now: datetime, *, announced: bool = False) -> None:
    """Change an image, its access and its focus included, which change what its links give.

    ``announced`` says that the search index has been asked to follow. Raise NotFound when the image is gone.
    """
    after = image.changed(wanted, now)
    if after == image:
        return
    counted = tag_index.follow(image, after)
    access, focus = wanted.access is not None, wanted.focus is not None
    if access or focus:
        links_request.announce(image, access=access, focus=focus)
    changed = change(image, wanted, now, announced=announced)
    if changed.tags == after.tags:
        tag_index.count(changed, counted)
    links_request.follow(image, changed)
    if changed.signed_at and not image.signed_at:
        watermark_request.follow([changed])  # and again with the clean-up of its own pictures


@operation(uses=[announce, change_with_links])
def change_each(images: Sequence[Image], wanted: ImageChange, now: datetime) -> dict[str, DomainError | None]:
    """Change images, each by itself as ``change_with_links`` does, and return the outcomes by id."""
    announce(((image, wanted) for image in images), now)
    return one_by_one({image.id: partial(change_with_links, image, wanted, now, announced=True) for image in images})
