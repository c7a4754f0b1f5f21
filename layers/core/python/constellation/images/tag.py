"""Change the tags of images."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from constellation.common.errors import DomainError, Invalid, Unavailable, Violation
from constellation.common.outcomes import one_by_one
from constellation.images import access, indexing_request, store, tag_index
from constellation.images.model import Image
from constellation.runtime.operation import operation
from constellation.tags import rename_store
from constellation.tags.model import MOST_TAGS, compared, distinct

_TRIES = 10

_Change = Callable[[tuple[str, ...]], tuple[str, ...]]
"""Returns the new tags of an image for those that it has."""


@operation(
    grants=[store.CHANGE, tag_index.COUNT_NO_MORE, rename_store.COUNT],
    uses=[indexing_request.follow, tag_index.follow, tag_index.count, access.again],
)
def tag(image: Image, tags: tuple[str, ...], now: datetime) -> None:
    """Replace the tags of an image. Of two replacements at once the later one stands, whole.

    Raise NotFound when the image is gone.
    """
    renames = rename_store.last(image.owner) if image.owner else 0  # these do not change what is given now
    _change(image, lambda _: tags, renames, now)


@operation(
    grants=[store.CHANGE],
    uses=[indexing_request.follow, indexing_request.follow_each, tag_index.follow, tag_index.count, access.again],
)
def add_tags(images: Sequence[Image], tags: Sequence[str], now: datetime) -> dict[str, DomainError | None]:
    """Add tags to images, each image by itself, and return the outcomes by id.

    A tag that compares as equal to one that the image has is not added. Beyond the most tags the outcome is Invalid.
    A rename that is under way changes what is added, too, because it has yet to change the tags beside it.
    """

    def added(before: tuple[str, ...]) -> tuple[str, ...]:
        after = distinct((*before, *tags))
        if len(after) > MOST_TAGS:
            raise Invalid(Violation("tags", f"An image has at most {MOST_TAGS} tags.", "too_long", MOST_TAGS))
        return after

    return _change_each(images, added, now)


@operation(
    grants=[store.CHANGE, tag_index.COUNT_NO_MORE],
    uses=[indexing_request.follow, indexing_request.follow_each, tag_index.follow, tag_index.count, access.again],
)
def remove_tags(images: Sequence[Image], tags: Sequence[str], now: datetime) -> dict[str, DomainError | None]:
    """Remove tags from images, each image by itself, and return the outcomes by id. Tags below them stay."""
    gone = set(map(compared, tags))
    return _change_each(images, lambda before: tuple(tag for tag in before if compared(tag) not in gone), now)


def _change_each(images: Sequence[Image], change: _Change, now: datetime) -> dict[str, DomainError | None]:
    indexing_request.follow_each((image, image) for image in images)
    return one_by_one({image.id: partial(_change, image, change, 0, now, announced=True) for image in images})


def _change(image: Image, change: _Change, renames: int, now: datetime, *, announced: bool = False) -> None:
    """Change the tags of an image, which then have had so many ``renames``, or more.

    ``announced`` says that the search index has been asked to follow.
    """
    for _ in range(_TRIES):
        after = image.with_tags(change(image.tags), renames, now)
        if after == image:
            return
        if not announced:
            indexing_request.follow(image, after)
        counted = tag_index.follow(image, after)
        if store.change(image, after, now):
            tag_index.count(after, counted)
            return
        image, announced = access.again(image), False
    raise Unavailable
