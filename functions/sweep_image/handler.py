"""What belonged to a deleted image goes after it."""

from datetime import datetime
from typing import Any

from constellation.events.consumer import consumer
from constellation.services.deletion import SWEEP, sweep
from constellation.stores.resources import DELETIONS


@consumer(DELETIONS, grants=SWEEP)
def handler(message: Any, now: datetime) -> None:  # noqa: ARG001
    """Queue deletions: remove the renditions, bytes, index entries and CDN copies of an image that was deleted."""
    sweep(message["image"], message["deletion"], final=message["final"], links=message["links"])
