"""The CDN refuses what was deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from constellation.aws.resources import HIDING
from constellation.cleanup.hide import HIDE, hide
from constellation.runtime.consumer import consumer


@consumer(HIDING, grants=HIDE, batch=100, window=1, share=0)
def handler(messages: Sequence[Any], now: datetime) -> None:
    """Queue hiding: have the CDN refuse images that were deleted."""
    hide({image for message in messages for image in message["images"]}, now)
