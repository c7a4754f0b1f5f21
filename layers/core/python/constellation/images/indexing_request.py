"""Ask for the search index to follow an image."""

from typing import Any

from constellation.aws import queues
from constellation.aws.resources import INDEXING
from constellation.images.model import Image
from constellation.images.words import image_words

_DELAY = 75


def follow(before: Image | None, after: Image) -> None:
    """Have the index follow a new image or a change of one, once it has settled.

    To be asked for before the record is written: a function killed in between then leaves no word behind for ever.
    """
    message: dict[str, Any] = {"lists": after.lists}
    gone = words_of(before) - words_of(after) if before else frozenset[str]()
    if gone:
        message["forget"] = {"image": after.id, "owner": after.owner, "words": sorted(gone)}
    queues.send(INDEXING, message, _DELAY)


def words_of(image: Image) -> frozenset[str]:
    """Return the words of an image's description and name."""
    return frozenset(image_words(image.description, image.name))
