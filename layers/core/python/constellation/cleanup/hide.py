"""Have the CDN refuse deleted images."""

from collections.abc import Collection
from datetime import datetime, timedelta

from constellation.aws import cdn
from constellation.aws import client as aws
from constellation.cleanup import hidden_store as hidden
from constellation.cleanup import purge_store as purges
from constellation.common.observability import count

HIDE = (hidden.HIDE, purges.FORGET_EVERYTHING, cdn.PURGE)
"""What the function that hides images needs."""


PAUSE = timedelta(minutes=10)
"""The least time between two invalidations of everything, after which all pictures have to be fetched anew."""


def hide(image_ids: Collection[str], now: datetime) -> None:
    """Have the CDN refuse deleted images. Safe to repeat.

    Where it can refuse no more, it is made to forget everything instead, unless it just was.
    """
    try:
        hidden.hide(image_ids)
    except aws.Full:
        count("HiddenFull")
        if purges.may_forget_everything(now, PAUSE):
            cdn.purge_everything(f"everything-{int(now.timestamp())}")
