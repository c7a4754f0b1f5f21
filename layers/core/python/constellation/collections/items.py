"""The images of collections: add, remove and order them, and read them page by page."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from constellation.collections import clean_up_request, store
from constellation.collections.model import MOST_ITEMS, NO_SUCH_COLLECTION, Collection
from constellation.common.errors import DomainError, Invalid, NotFound, Unavailable, Violation
from constellation.common.outcomes import made
from constellation.common.pages import Page
from constellation.images.access import ImageAccess, seen
from constellation.images.find import find_images
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller

_FULL = Violation("image_id", f"A collection has at most {MOST_ITEMS:,} images.")

_ROUNDS = 4
"""How often a page is filled up where images are no longer seen. After that it is shorter than its limit."""


@operation(grants=[store.ADD], errors=[Invalid, NotFound])
def put(collection: Collection, image: Image, now: datetime) -> None:
    """Add an image at the end of a collection, unless it is in it. Raise NotFound if either of them is gone by now."""
    made(put_each(collection, [image], now)[image.id])


@operation(grants=[store.ADD])
def put_each(collection: Collection, images: Sequence[Image], now: datetime) -> dict[str, DomainError | None]:
    """Add images at the end of a collection, in order, and return the outcomes by id."""
    ids = [image.id for image in images]
    outcomes = dict[str, DomainError | None](dict.fromkeys(ids))
    for start in range(0, len(ids), store.MOST_ADDED):
        try:
            gone, beyond = store.add(collection.id, ids[start : start + store.MOST_ADDED], now)
        except store.Gone:
            return outcomes | dict.fromkeys(ids[start:], NotFound(NO_SUCH_COLLECTION))
        except Unavailable as busy:
            return outcomes | dict.fromkeys(ids[start:], busy)
        outcomes |= dict.fromkeys(gone, NotFound(NO_SUCH_IMAGE)) | dict.fromkeys(beyond, Invalid(_FULL))
    return outcomes


@operation(grants=[store.REMOVE], errors=[NotFound])
def take_out(collection: Collection, image_id: str, now: datetime) -> None:
    """Remove an image from a collection. Raise NotFound if it is not in it."""
    try:
        store.remove(collection.id, [image_id], now)
    except store.NotHeld:
        raise NotFound(NO_SUCH_IMAGE) from None
    except store.Gone:
        raise NotFound(NO_SUCH_COLLECTION) from None


@operation(grants=[store.ARRANGE], errors=[Invalid, NotFound])
def arrange(collection: Collection, first: Sequence[str], now: datetime) -> None:
    """Put some images of a collection first, in this order. Raise Invalid for one that is not in it."""
    try:
        store.arrange(collection.id, first, now)
    except store.NotHeld:
        raise Invalid(Violation("ids", "The collection does not hold all of these images.")) from None
    except store.Gone:
        raise NotFound(NO_SUCH_COLLECTION) from None


@operation(grants=[store.READ_ITEMS], uses=[find_images, seen, clean_up_request.ask])
def page(collection: Collection, viewer: Caller, position: str, limit: int) -> Page[ImageAccess]:
    """Return the images of a collection after a position, in order, each with the right of the viewer, its owner.

    Images that are gone or that the owner no longer sees are left out, and about to be cleaned up.
    """
    rows = store.rows(collection.id, position)
    taken, shown, unseen = list[store.Row](), list[ImageAccess](), list[store.Row]()
    for _ in range(_ROUNDS):
        part = list(islice(rows, limit - len(shown)))
        visible = {each.image.id: each for each in seen(find_images([row.image for row in part]).values(), viewer)}
        shown += [visible[row.image] for row in part if row.image in visible]
        unseen += [row for row in part if row.image not in visible]
        taken += part
        if not part or len(shown) == limit:
            break
    if unseen:
        clean_up_request.ask({collection.id: unseen[0].part})
    following = next(rows, None)
    return Page(shown, store.position(taken[-1], following) if following else "")
