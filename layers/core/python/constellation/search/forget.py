"""Forget words: take out of the search index what images no longer have."""

from collections.abc import Collection

from constellation.accounts.users import find_users
from constellation.common.times import to_wire
from constellation.images.find import find_image
from constellation.images.indexing_request import words_of
from constellation.images.model import PUBLIC, Image
from constellation.runtime.operation import operation
from constellation.search import store
from constellation.search.query import index_words


@operation(grants=[store.FORGET, store.WRITE], uses=[find_image])
def forget_words(image_id: str, owner: str | None, lost: Collection[str]) -> None:
    """Take words that an image was about to lose out of the index of every list that it can have been in.

    Its record decides, because the change may not have been made, or may have been undone. The words are at most those
    of two texts, which takes 512 calls.
    """
    image = find_image(image_id)
    gone = sorted(set(lost) - words_of(image)) if image else lost
    for list_ in _possible_lists(owner):
        if image:
            store.forget(list_, image_id, gone, to_wire(image.described_at))
        else:
            store.remove(list_, image_id, gone)


@operation(grants=[store.WRITE], uses=[find_users])
def forget_image(image: Image) -> None:
    """Take a deleted image out of the index of every list that it can have been in."""
    owner = find_users([image.owner]).get(image.owner) if image.owner else None
    words = index_words(image.id, image.description, image.name, owner.display_name if owner else "")
    for list_ in _possible_lists(image.owner):
        store.remove(list_, image.id, words)


def _possible_lists(owner: str | None) -> tuple[str, ...]:
    return (PUBLIC, owner) if owner else (PUBLIC,)
