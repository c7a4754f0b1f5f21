"""What lay in a deleted folder or constellation goes after it."""

from datetime import datetime
from typing import Any

from constellation.events.consumer import consumer
from constellation.services.removal import EMPTY, empty
from constellation.stores.resources import REMOVALS


@consumer(REMOVALS, grants=EMPTY, batch=1)
def handler(message: Any, now: datetime) -> None:
    """Queue removals: remove what lay in a deleted folder or constellation."""
    empty(message, now)
