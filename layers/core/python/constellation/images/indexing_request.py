"""Ask for the search index to follow an image."""

from typing import Any

from constellation.aws.queue import Queue
from constellation.aws.resources import INDEXING, Grant
from constellation.images.model import Image
from constellation.images.words import image_words
from constellation.runtime.operation import operation

SEND = Grant(INDEXING, ("sqs:SendMessage",))

_QUEUE = Queue(INDEXING)
_DELAY = 75


@operation(grants=[SEND])
def follow(before: Image | None, after: Image) -> None:
    """Have the index follow a new image, or a change of one, once it has settled.

    Call it before the record is written, so that a function killed in between leaves no word behind for ever.
    """
    message: dict[str, Any] = {"lists": after.lists}
    gone = words_of(before) - words_of(after) if before else frozenset[str]()
    if gone:
        message["forget"] = {"image": after.id, "owner": after.owner, "words": sorted(gone)}
    _QUEUE.send(message, _DELAY)


def words_of(image: Image) -> frozenset[str]:
    """Return the words of an image's description and name."""
    return frozenset(image_words(image.description, image.name))
