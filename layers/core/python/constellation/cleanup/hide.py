"""Hide deleted images: have the CDN refuse them, whatever it has cached."""

from collections.abc import Collection
from datetime import datetime, timedelta

from constellation.aws import cdn
from constellation.aws.client import Full
from constellation.cleanup import hidden_store, purge_store
from constellation.common.observability import count
from constellation.runtime.operation import operation

PAUSE = timedelta(minutes=10)
"""The least time between two purges of the whole cache, after which all pictures have to be fetched anew."""


@operation(grants=[hidden_store.HIDE, purge_store.PURGE_EVERYTHING, cdn.PURGE])
def hide(image_ids: Collection[str], now: datetime) -> None:
    """Have the CDN refuse deleted images. Safe to repeat.

    When it can refuse no more, its whole cache is purged instead, unless that was done within PAUSE.
    """
    try:
        hidden_store.hide(image_ids)
    except Full:
        count("HiddenFull")
        if purge_store.may_purge_everything(now, PAUSE):
            cdn.purge_everything(f"everything-{int(now.timestamp())}")
