"""Deleting an image: out of sight in one transaction, and everything that belonged to it gone after.

The clean-up is asked for twice. Right after the transaction it takes away what can still be fetched. The message
for the second, final time is sent before the transaction, so that it comes even when the function is killed in
between, and comes when whatever had still seen the image has ended: renders, answers on their way into the CDN,
runs of the search index.

What users can see goes first: the CDN is told at once to refuse the image, then the bytes go. The CDN's copies are
forgotten after the final clean-up (``purging``). Comments can be many: they go last, in parts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from constellation.accounts import store as accounts
from constellation.aws import queues
from constellation.aws.resources import DELETIONS, HIDING
from constellation.cleanup import model as purging
from constellation.cleanup import purge_store as purges
from constellation.images import comment_store as comments
from constellation.images import deletion_store
from constellation.images import original_store as blobs
from constellation.images import store as images
from constellation.images.model import Image
from constellation.links import rendition_store
from constellation.runtime.chains import go_on
from constellation.search import index as indexing
from constellation.search import store as words

RESUME = (*deletion_store.RESUME_CLEAN_UPS, queues.ASK_FOR_DELETION)
"""What a function needs that asks again for clean-ups."""

SWEEP = (
    images.READ,
    accounts.READ_MANY,
    words.WRITE,
    comments.DELETE_SOME,
    blobs.DELETE_ORIGINAL,
    rendition_store.LIST_RENDITIONS,
    rendition_store.DELETE_RENDITIONS,
    purges.WAIT,
    deletion_store.END_CLEAN_UP,
    queues.ASK_FOR_DELETION,
)
"""What the function that cleans up needs."""

MOST_PARTS = 100
"""Messages in which the comments on one image are removed; those that an image can have take five."""


_HIDDEN_TOGETHER = 50
"""Images that one message hides: to delete them takes about a second."""


def delete_with_folders(found: Sequence[Image], now: datetime) -> int:
    """Delete images, and with them all that lies in their folders; how many. Those that have changed since stay."""
    messages = [{"image": image.id, "with_folder": True} for image in found]
    queues.send_many(DELETIONS, [{**message, "final": True} for message in messages], queues.SETTLED_SECONDS)
    deleted = 0
    for start in range(0, len(found), _HIDDEN_TOGETHER):
        part = found[start : start + _HIDDEN_TOGETHER]
        gone = [image.id for image in part if images.delete(image, keeps_bytes=False, now=now)]
        if gone:
            queues.send(HIDING, {"images": gone})
        deleted += len(gone)
    queues.send_many(DELETIONS, [{**message, "final": False} for message in messages])
    return deleted


def sweep(image_id: str, now: datetime, *, final: bool, with_folder: bool) -> None:
    """Remove what belonged to a deleted image; nothing where there is none such. Safe to repeat.

    ``with_folder``: it was deleted with all that lay in its folder.
    """
    tombstone = deletion_store.tombstone(image_id)
    if tombstone is None:
        if final:
            deletion_store.end_clean_up(image_id)
        return
    rendition_store.delete_renditions(image_id)
    if not tombstone.keeps_bytes:
        blobs.delete_original(image_id)
    if final:
        purges.wait(image_id, purging.tag(tombstone.image, with_folder=with_folder), now)
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
        deletion_store.end_clean_up(image_id)


def resume(before: datetime, most: int, now: datetime) -> int:
    """Ask again for final clean-ups that are not over and were asked for ``before``; for how many."""
    found = deletion_store.unfinished_clean_ups(before, most)
    queues.send_many(DELETIONS, [{"image": image_id, "with_folder": False, "final": True} for image_id in found])
    for image_id in found:  # after it: killed in between, it is asked for twice rather than later
        deletion_store.touch_clean_up(image_id, now)
    return len(found)
