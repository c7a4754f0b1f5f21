"""Count the images that a share shows.

A few are counted with each request. For many, the number that was kept is returned, and if it is older than a minute, a
queue has them counted again. So the cost of a request does not grow with the folder. What the first request cannot
count in its time is counted by the queue from the beginning.
"""

from datetime import datetime, timedelta

from constellation.common.errors import NotFound
from constellation.runtime.operation import operation
from constellation.shares import requests, store
from constellation.shares.access import opened
from constellation.shares.model import Share
from constellation.shares.targets import Shared
from constellation.workspaces.count import count_all, count_few

FEW = 100
"""The most images that a request counts."""

MOST_OF_REQUEST = 100_000
"""The most entries that the first request reads to count images, which takes some seconds."""

MOST = 500_000
"""The most entries that the queue's function reads to count images, in half a minute. What is beyond is not counted."""

FRESH = timedelta(minutes=1)
"""How long a number that was kept is not counted again."""


@operation(grants=[store.COUNT], uses=[count_few, count_all, requests.ask_to_count])
def count(share: Share, shared: Shared, now: datetime) -> int:
    """Return the number of images that a share shows.

    The first request for a large folder counts them, or MOST_OF_REQUEST and asks the queue to count the rest, too.
    """
    if shared.image:
        return 1
    if shared.collection:
        return shared.collection.count
    few = count_few(shared.folder_id, shared.constellation, FEW)
    if few is not None:
        return few
    if share.images is None or share.counted_at is None:
        number, is_all = count_all(shared.folder_id, shared.constellation, MOST_OF_REQUEST)
        store.keep_count(share.id, number, now if is_all else now - FRESH)
        if not is_all:
            requests.ask_to_count(share.id)
        return number
    if share.counted_at <= now - FRESH:
        requests.ask_to_count(share.id)
    return share.images


@operation(grants=[store.READ, store.COUNT], uses=[opened, count_all])
def count_again(share_id: str, now: datetime) -> None:
    """Count the images of a share of a folder or a constellation, and keep the number. Safe to repeat."""
    share = store.get(share_id)
    if share is None or (share.counted_at and share.counted_at > now - FRESH):
        return
    try:
        shared = opened(share).shared
    except NotFound:  # it ends by itself
        return
    number, _ = count_all(shared.folder_id, shared.constellation, MOST)
    store.keep_count(share.id, number, now)
