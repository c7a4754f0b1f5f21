"""The clean-up after a deleted image, after a change of what its links give, and of collections, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import DELETIONS
from constellation.cleanup.clean_up_collection import clean_up_collection
from constellation.cleanup.clean_up_image import clean_up_comments, clean_up_image, take_out_of_collections
from constellation.cleanup.end_shares import end_links_of_member, end_shares_of, enter_shares
from constellation.cleanup.refresh_image import refresh_image
from constellation.runtime.consumer import consumer
from constellation.shares.count import count_again


@consumer(
    DELETIONS,
    uses=[
        *(clean_up_image, take_out_of_collections, clean_up_comments, clean_up_collection, refresh_image),
        *(end_shares_of, enter_shares, count_again, end_links_of_member),
    ],
    batch=1,
    share=0.05,
)
def handler(message: Any, now: datetime) -> None:
    """Queue deletions: remove the renditions, bytes, words and comments of a deleted image, also from collections.

    Remove the renditions of an image whose access or focus has changed. Empty a deleted collection; remove from
    others what their owner no longer sees. End the shares of what is gone; list those of an image that has come into
    a constellation there; count the images of others again; end the links of those that may no longer be shared.
    """
    if "comments" in message:
        clean_up_comments(message)
    elif "collected" in message:
        take_out_of_collections(message)
    elif "collection" in message:
        clean_up_collection(message, now)
    elif "refresh" in message:
        refresh_image(message, now)
    elif "unshared" in message:
        end_shares_of(message, now)
    elif "entered" in message:
        enter_shares(message)
    elif "lost_right" in message:
        end_links_of_member(message, now)
    elif "counted_share" in message:
        count_again(message["counted_share"], now)
    else:
        clean_up_image(message["image"], now, final=message["final"], with_folder=message.get("with_folder", False))
