"""What lay in a deleted folder or constellation goes after it."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import REMOVALS
from constellation.cleanup.empty import EMPTY, empty
from constellation.runtime.consumer import consumer


@consumer(REMOVALS, grants=EMPTY, batch=1)
def handler(message: Any, now: datetime) -> None:
    """Queue removals: remove what lay in a deleted folder or constellation."""
    empty(message, now)
