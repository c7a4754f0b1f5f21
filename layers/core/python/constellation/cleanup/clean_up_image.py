"""Clean up after a deleted image: remove its renditions, bytes, words and comments.

An image is hidden in one transaction, and its clean-up is requested twice. The one right after the transaction removes
what can still be fetched. The message for the second, final one is sent before the transaction, so that it comes even
if the function is killed in between. It comes when everything that had still seen the image has ended: renders,
responses on their way into the CDN, runs of the search index.

What users can see goes first: the CDN is told at once to refuse the image, then the bytes go. The CDN's copies are
purged after the final clean-up. Comments can be many, so they go last, in parts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.aws.resources import DELETIONS, Grant
from constellation.cleanup import purge_store
from constellation.images import comment_store, deletion_store, original_store, reduction_store
from constellation.images import store as image_store
from constellation.images.model import Image
from constellation.links import rendition_store
from constellation.runtime.chains import go_on
from constellation.runtime.operation import operation
from constellation.search.forget import forget_image

MOST_PARTS = 100
"""Messages that remove the comments on one image. The comments that an image can have take five."""

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


@operation(
    grants=[
        image_store.READ,
        rendition_store.LIST,
        rendition_store.DELETE,
        original_store.DELETE_ORIGINAL,
        reduction_store.DELETE,
        purge_store.WAIT,
    ],
    uses=[forget_image, clean_up_comments],
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
    if final:
        purge_store.wait(image_id, _tag(tombstone.image, with_folder=with_folder), now)
        forget_image(tombstone.image)
    clean_up_comments({"comments": image_id, "final": final})


def _tag(image: Image, *, with_folder: bool) -> str:
    """Return the tag of a deleted image's copies: the folder's, if all that lies in the folder is deleted."""
    return image.location.folder if with_folder and image.location and not image.was_moved else image.id
