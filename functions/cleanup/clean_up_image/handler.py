"""The clean-up after a deleted image, after a change of what its links give, and of collections, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import DELETIONS
from constellation.cleanup.clean_up_collection import clean_up_collection
from constellation.cleanup.clean_up_image import clean_up_comments, clean_up_image, take_out_of_collections
from constellation.cleanup.refresh_image import refresh_image
from constellation.runtime.consumer import consumer


@consumer(
    DELETIONS,
    uses=[clean_up_image, take_out_of_collections, clean_up_comments, clean_up_collection, refresh_image],
    batch=1,
    share=0.05,
)
def handler(message: Any, now: datetime) -> None:
    """Queue deletions: remove the renditions, bytes, words and comments of a deleted image, also from collections.

    Of an image whose access or focus has changed, remove the renditions. Empty a deleted collection; take out of
    another one what its owner no longer sees.
    """
    if "comments" in message:
        clean_up_comments(message)
    elif "collected" in message:
        take_out_of_collections(message)
    elif "collection" in message:
        clean_up_collection(message)
    elif "refresh" in message:
        refresh_image(message, now)
    else:
        clean_up_image(message["image"], now, final=message["final"], with_folder=message.get("with_folder", False))
