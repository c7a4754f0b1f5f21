"""Hiding deleted images from the CDN, for the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from constellation.aws.resources import HIDING
from constellation.cleanup.hide import hide
from constellation.runtime.consumer import consumer


@consumer(HIDING, uses=[hide], batch=100, window=1, share=0)
def handler(messages: Sequence[Any], now: datetime) -> None:
    """Queue hiding: have the CDN refuse deleted images."""
    hide({image for message in messages for image in message["images"]}, now)
