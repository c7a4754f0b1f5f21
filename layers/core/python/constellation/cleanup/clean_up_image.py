"""Clean up after a deleted image: remove its renditions, bytes, words and comments, and take it out of collections.

The index of its tags and the note of its file follow by a message.

An image is hidden in one transaction, and its clean-up is requested twice. The one right after the transaction removes
what can still be fetched. The message for the second, final one is sent before the transaction, so that it comes even
if the function is killed in between. It comes when everything that had still seen the image has ended: renders,
responses on their way into the CDN, runs of the search index.

What users can see goes first: the CDN is told at once to refuse the image, then the bytes go. The CDN's copies are
purged after the final clean-up. Collections with the image and its comments can be many, so they come last, in parts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.aws.queue import Queue
from constellation.aws.resources import DELETIONS, INDEXING, Grant
from constellation.cleanup import purge_store
from constellation.cleanup.end_shares import end_shares_of
from constellation.collections import store as collection_store
from constellation.images import (
    comment_store,
    deletion_store,
    indexing_request,
    original_store,
    reduction_store,
    tag_index,
)
from constellation.images import store as image_store
from constellation.images.model import Image
from constellation.links import rendition_store
from constellation.runtime.chains import go_on
from constellation.runtime.operation import operation
from constellation.search.forget import forget_image

MOST_PARTS = 100
"""Messages that remove the comments on one image. The comments that an image can have take five."""

COLLECTIONS = 50
"""Collections that one message takes a deleted image out of."""

MOST_COLLECTING = 2000
"""Messages that take one image out of collections. After them the reconciliation begins anew."""

_INDEXING = Queue(INDEXING)
_SEND = Grant(DELETIONS, ("sqs:SendMessage",))


@operation(grants=[comment_store.DELETE_SOME, deletion_store.END_CLEAN_UP, _SEND])
def clean_up_comments(message: Mapping[str, Any]) -> None:
    """Remove a part of the comments on a deleted image, and request the rest. Safe to repeat.

    The ``final`` clean-up is over when all of them are gone.
    """
    image_id, final = message["comments"], message.get("final", False)
    if comment_store.delete_some(image_id):
        go_on(DELETIONS, message, {"comments": image_id, "final": final}, MOST_PARTS, done=True)
    elif final:
        deletion_store.end_clean_up(image_id)


@operation(grants=[collection_store.REMOVE, collection_store.FORGET, _SEND], uses=[clean_up_comments])
def take_out_of_collections(message: Mapping[str, Any]) -> None:
    """Take a deleted image out of some collections, and request the rest, or its comments. Safe to repeat."""
    image_id, final = message["collected"], message.get("final", False)
    held_by = collection_store.holding(image_id, COLLECTIONS)
    for collection_id in held_by:
        try:
            collection_store.remove(collection_id, [image_id])
        except (collection_store.Gone, collection_store.NotHeld):
            collection_store.forget(image_id, collection_id)
    if len(held_by) == COLLECTIONS:
        go_on(DELETIONS, message, {"collected": image_id, "final": final}, MOST_COLLECTING, done=True)
    else:
        clean_up_comments({"comments": image_id, "final": final})


@operation(
    grants=[
        image_store.READ,
        rendition_store.LIST,
        rendition_store.DELETE,
        original_store.DELETE_ORIGINAL,
        reduction_store.DELETE,
        purge_store.WAIT,
        Grant(INDEXING, ("sqs:SendMessage",)),
    ],
    uses=[forget_image, take_out_of_collections, end_shares_of],
)
def clean_up_image(image_id: str, now: datetime, *, final: bool, with_folder: bool) -> None:
    """Remove what belonged to a deleted image, if it was deleted. Safe to repeat.

    ``with_folder``: it was deleted together with its folder.
    """
    tombstone = deletion_store.tombstone(image_id)
    if tombstone is None:
        if final:
            deletion_store.end_clean_up(image_id)
        return
    rendition_store.delete_all(image_id)
    reduction_store.delete(image_id)
    if not tombstone.keeps_bytes:
        original_store.delete_original(image_id)
    _settle_indexes(tombstone.image, final=final)
    if final:
        purge_store.wait(image_id, _tag(tombstone.image, with_folder=with_folder), now)
        forget_image(tombstone.image)
    end_shares_of({"unshared": image_id}, now)
    take_out_of_collections({"collected": image_id, "final": final})


def _settle_indexes(image: Image, *, final: bool) -> None:
    """Have the counts of tags follow at once, and the note of the file in the end, when nothing writes it any more."""
    message = {"tagged": tag_index.told(image)} if image.tags else {}
    if final and (filed := indexing_request.told_of_file(image)):
        message["filed"] = filed
    if message:
        _INDEXING.send(message)


def _tag(image: Image, *, with_folder: bool) -> str:
    """Return the tag of a deleted image's copies: the folder's, if all that lies in the folder is deleted."""
    return image.location.folder if with_folder and image.location and not image.was_moved else image.id
