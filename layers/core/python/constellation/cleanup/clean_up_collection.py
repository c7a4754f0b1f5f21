"""Clean up collections: empty deleted ones, and take out of others what their owners no longer see.

A deleted image is taken out by its own clean-up. What an owner no longer sees, since it left a constellation, is found
by whoever reads the collection, which asks for a clean-up from there on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.aws.resources import DELETIONS, Grant
from constellation.collections import store
from constellation.collections.clean_up_request import message as message_for
from constellation.collections.model import Collection
from constellation.images import store as image_store
from constellation.images.access import seen
from constellation.runtime.chains import go_on
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.shares.change import delete_some_of

MOST_MESSAGES = 100
"""Messages of one clean-up in a row. A collection has at most 80 parts."""

PARTS = 8
"""Parts of a deleted collection that one message deletes, with the items of up to 2,000 images."""


@operation(
    grants=[
        store.READ,
        store.READ_ITEMS,
        store.REMOVE,
        store.CLEAN_UP,
        image_store.READ_MANY,
        Grant(DELETIONS, ("sqs:SendMessage",)),
    ],
    uses=[seen, delete_some_of],
)
def clean_up_collection(message: Mapping[str, Any], now: datetime) -> None:
    """Clean up a part of a collection, and request the rest. Safe to repeat.

    Of one that lasts, the images in one part are looked at. Where some are taken out, the next part follows. The shares
    of one that is deleted end first.
    """
    collection = store.get(message["collection"])
    if collection is None:
        shares_left = delete_some_of(message["collection"], now)
        following = 0 if shares_left or not store.empty(message["collection"], PARTS) else None
    else:
        following = _look_through(collection, message["part"])
    if following is not None:
        go_on(DELETIONS, message, message_for(message["collection"], following), MOST_MESSAGES, done=True)


def _look_through(collection: Collection, number: int) -> int | None:
    """Take out what the owner no longer sees in a part. Return the number of the next part if there was any."""
    part = store.part_from(collection.id, number)
    if part is None:
        return None
    images = image_store.get_many(part.ids, consistent=True)
    visible = {access.image.id for access in seen(images.values(), Caller(collection.owner))}
    unseen = [id_ for id_ in part.ids if id_ not in visible]
    for start in range(0, len(unseen), store.MOST_REMOVED):
        try:
            store.remove(collection.id, unseen[start : start + store.MOST_REMOVED])
        except store.NotHeld:  # another clean-up has taken them out
            continue
        except store.Gone:  # its deletion has its own clean-up
            return None
    return part.number + 1 if unseen else None
