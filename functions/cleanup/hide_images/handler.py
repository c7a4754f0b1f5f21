"""Telling the CDN what to refuse and what to forget, for the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from constellation.aws.resources import HIDING
from constellation.cleanup.hide import end_links, follow_access, hide
from constellation.cleanup.purge import purge_tags
from constellation.runtime.consumer import consumer


@consumer(HIDING, uses=[hide, follow_access, purge_tags, end_links], batch=100, window=1, share=0)
def handler(messages: Sequence[Any], now: datetime) -> None:
    """Queue hiding: have the CDN refuse deleted images and links without a signature, and forget what has changed.

    The links that a share has given are refused when it has ended. What must be refused comes first.
    """
    for name, tell in (("images", hide), ("access", follow_access), ("ended", end_links), ("tags", purge_tags)):
        told = {each for message in messages for each in message.get(name, ())}
        if told:
            tell(told, now)
