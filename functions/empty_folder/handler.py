"""What lay in a deleted folder or constellation goes after it."""

from datetime import datetime
from typing import Any

from constellation.events.consumer import consumer
from constellation.services.removal import EMPTY, empty, forget_links
from constellation.stores.resources import REMOVALS


@consumer(REMOVALS, grants=EMPTY, batch=1)
def handler(message: Any, now: datetime) -> None:
    """Queue removals: remove what lay in a deleted folder or constellation, and its links from the CDN."""
    if "forget" in message:
        forget_links(message["forget"])
    else:
        empty(message, now)
