"""Count the images that a share shows.

A few are counted with each request. For many, the number that was kept is returned, and if it is older than a minute, a
queue has them counted again. So the cost of a request does not grow with the folder.
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

FRESH = timedelta(minutes=1)
"""How long a number that was kept is not counted again."""


@operation(grants=[store.COUNT], uses=[count_few, count_all, requests.ask_to_count])
def count(share: Share, shared: Shared, now: datetime) -> int:
    """Return the number of images that a share shows. The first request for a large folder counts them all."""
    if shared.image:
        return 1
    if shared.collection:
        return shared.collection.count
    few = count_few(shared.folder_id, shared.constellation, FEW)
    if few is not None:
        return few
    if share.images is None or share.counted_at is None:
        return _counted(share, shared, now)
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
        _counted(share, opened(share).shared, now)
    except NotFound:  # it ends by itself
        return


def _counted(share: Share, shared: Shared, now: datetime) -> int:
    number = count_all(shared.folder_id, shared.constellation)
    store.keep_count(share.id, number, now)
    return number
