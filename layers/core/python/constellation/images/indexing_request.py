"""Ask for the search index to follow an image, and for the file of a new one to be known."""

from collections.abc import Iterable, Mapping
from typing import Any

from constellation.aws.queue import Queue
from constellation.aws.resources import INDEXING, Grant
from constellation.images.model import Image, lists_of
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
    _QUEUE.send(_message(before, after), _DELAY)


@operation(grants=[SEND])
def follow_new(owner: str, is_public: bool, digests: Mapping[str, str]) -> None:
    """Have the index follow new images of a user, as ``follow`` does. ``digests`` are those of their files, by id."""
    lists = lists_of(owner, is_public)
    _QUEUE.send_many(
        ({"lists": lists, "filed": _filed(image, owner, digest)} for image, digest in digests.items()), _DELAY
    )


@operation(grants=[SEND])
def follow_each(changes: Iterable[tuple[Image, Image]]) -> None:
    """Have the index follow changes of images, each from one state to another, as ``follow`` does."""
    messages = list[dict[str, Any]]()
    for before, after in changes:
        message = _message(before, after)
        if message not in messages:  # most images of one request are in the same lists
            messages.append(message)
    _QUEUE.send_many(messages, _DELAY)


def _message(before: Image | None, after: Image) -> dict[str, Any]:
    message: dict[str, Any] = {"lists": after.lists}
    gone = words_of(before) - words_of(after) if before else frozenset[str]()
    if gone:
        message["forget"] = {"image": after.id, "owner": after.owner, "words": sorted(gone)}
    if before is None and (filed := told_of_file(after)):
        message["filed"] = filed
    return message


def told_of_file(image: Image) -> dict[str, str]:
    """Return what a message tells of an image, so that its file is known while there is a record of it.

    It is empty for a guest's image, and for one from before there were digests.
    """
    if image.owner is None or image.file_sha256 is None:
        return {}
    return _filed(image.id, image.owner, image.file_sha256)


def _filed(image_id: str, owner: str, digest: str) -> dict[str, str]:
    return {"image": image_id, "owner": owner, "digest": digest}


def words_of(image: Image) -> frozenset[str]:
    """Return the words of an image's description and name."""
    return frozenset(image_words(image.description, image.name))
