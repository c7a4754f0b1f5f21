"""Hide images: have the CDN refuse deleted ones, and unsigned links of others, whatever it has cached."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from constellation.aws import cdn
from constellation.aws.client import Full
from constellation.cleanup import hidden_store, purge_store
from constellation.common.observability import count
from constellation.images import store
from constellation.runtime.operation import operation
from constellation.shares import store as share_store

PAUSE = timedelta(minutes=10)
"""The least time between two purges of the whole cache, after which all pictures have to be fetched anew."""


@operation(grants=[hidden_store.HIDE, purge_store.PURGE_EVERYTHING, cdn.PURGE])
def hide(image_ids: Collection[str], now: datetime) -> None:
    """Have the CDN refuse deleted images. Safe to repeat.

    When it can refuse no more, its whole cache is purged instead, unless that was done within PAUSE.
    """
    _hide(hidden_store.hide, image_ids, now)


@operation(grants=[hidden_store.FOLLOW_ACCESS, store.READ_MANY], uses=[hide])
def follow_access(image_ids: Collection[str], now: datetime) -> None:
    """Have the CDN refuse the unsigned links of images as their access says now. Safe to repeat.

    When it can refuse no more, its whole cache is purged instead, unless that was done within PAUSE.
    """
    _hide(hidden_store.follow_access, image_ids, now)


@operation(grants=[hidden_store.END_LINKS, share_store.READ])
def end_links(tags: Collection[str], _now: datetime) -> None:
    """Have the CDN refuse the links of shares that have ended, by the tags that they name. Safe to repeat."""
    ended = [tag for tag in tags if share_store.has_ended(tag)]
    try:
        hidden_store.end_links(ended)
    except Full:  # they are valid for an hour at most
        count("HiddenFull")


def _hide(change: Callable[[Collection[str]], None], image_ids: Collection[str], now: datetime) -> None:
    try:
        change(image_ids)
    except Full:
        count("HiddenFull")
        if purge_store.may_purge_everything(now, PAUSE):
            cdn.purge_everything(f"everything-{int(now.timestamp())}")
