"""Deleting an image: out of sight in one transaction, and everything that belonged to it gone after.

The clean-up is asked for twice. Right after the transaction it takes away what can still be fetched. The message
for the second, final time is sent before the transaction, so that it comes even when the function is killed in
between, and comes when whatever had still seen the image has ended: renders, answers on their way into the CDN,
runs of the search index.

What users can see goes first, the bytes and then the CDN's copies. Comments can be many: they go last, in parts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from constellation.domain.errors import Unavailable
from constellation.domain.ids import new_id
from constellation.domain.images import Image
from constellation.services import indexing
from constellation.services.chains import go_on
from constellation.services.changes import again
from constellation.stores import accounts, blobs, cdn, comments, folders, images, queues, words
from constellation.stores.resources import DELETIONS

DELETE = (images.DELETE, folders.UNFILE, queues.ASK_FOR_DELETION)
"""What a function that deletes needs."""

RESUME = (*images.RESUME_SWEEPS, queues.ASK_FOR_DELETION)
"""What a function needs that asks again for clean-ups."""

SWEEP = (
    images.READ,
    accounts.READ_MANY,
    words.WRITE,
    comments.DELETE_SOME,
    blobs.DELETE_ORIGINAL,
    blobs.LIST_RENDITIONS,
    blobs.DELETE_RENDITIONS,
    cdn.INVALIDATE,
    images.END_SWEEP,
    queues.ASK_FOR_DELETION,
)
"""What the function that cleans up needs."""

MOST_PARTS = 100
"""Messages in which the comments on one image are removed; those that an image can have take five."""

_TRIES = 10


def delete(image: Image, *, keeps_bytes: bool, now: datetime) -> None:
    """Delete an image; ``keeps_bytes`` leaves its original in the bucket. Raises NotFound when it is gone already."""
    message = {"image": image.id, "deletion": new_id(), "links": True}
    queues.send(DELETIONS, {**message, "final": True}, queues.SETTLED_SECONDS)
    for _ in range(_TRIES):
        if images.delete(image, keeps_bytes=keeps_bytes, now=now):
            queues.send(DELETIONS, {**message, "final": False})
            return
        image = again(image)
    raise Unavailable


def delete_many(found: Sequence[Image], *, links: bool, now: datetime) -> int:
    """Delete images as they are, and tell how many; those that have changed since they were read stay.

    ``links``: the CDN is to forget the links to each of them.
    """
    messages = [{"image": image.id, "deletion": new_id(), "links": links} for image in found]
    queues.send_many(DELETIONS, [{**message, "final": True} for message in messages], queues.SETTLED_SECONDS)
    deleted = [images.delete(image, keeps_bytes=False, now=now) for image in found]
    queues.send_many(DELETIONS, [{**message, "final": False} for message in messages])
    return sum(deleted)


def sweep(image_id: str, deletion: str, *, final: bool, links: bool) -> None:
    """Remove what belonged to a deleted image; nothing where there is none such. Safe to repeat.

    ``deletion`` tells one request from another: the final clean-up of one that was killed may come too early.
    ``links``: the CDN is to forget those to the image.
    """
    tombstone = images.tombstone(image_id)
    if tombstone is None:
        if final:
            images.end_sweep(image_id)
        return
    blobs.delete_renditions(image_id)
    if not tombstone.keeps_bytes:
        blobs.delete_original(image_id)
    if links:
        cdn.invalidate(image_id, f"{deletion}-{'final' if final else 'first'}")
    if final:
        indexing.remove(tombstone.image)
    sweep_comments({"comments": image_id, "final": final})


def sweep_comments(message: Mapping[str, Any]) -> None:
    """Remove a part of the comments on a deleted image, and ask for the rest. Safe to repeat.

    When the ``final`` clean-up has come to their end, it is over.
    """
    image_id, final = message["comments"], message.get("final", False)
    if comments.delete_some(image_id):
        go_on(DELETIONS, message, {"comments": image_id, "final": final}, MOST_PARTS, done=True)
    elif final:
        images.end_sweep(image_id)


def resume(before: datetime, most: int, now: datetime) -> int:
    """Ask again for final clean-ups that are not over and were asked for ``before``; for how many."""
    found = images.unswept(before, most)
    for image_id in found:
        images.touch_sweep(image_id, now)
    messages = [{"image": image_id, "deletion": new_id(), "links": True, "final": True} for image_id in found]
    queues.send_many(DELETIONS, messages)
    return len(found)
