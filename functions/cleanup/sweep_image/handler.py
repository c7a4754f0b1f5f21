"""What belonged to a deleted image goes after it."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import DELETIONS
from constellation.cleanup.sweep import SWEEP, sweep, sweep_comments
from constellation.runtime.consumer import consumer


@consumer(DELETIONS, grants=SWEEP, batch=1, share=0.05)
def handler(message: Any, now: datetime) -> None:
    """Queue deletions: remove the renditions, bytes, words and comments of an image that was deleted."""
    if "comments" in message:
        sweep_comments(message)
    else:
        sweep(message["image"], now, final=message["final"], with_folder=message.get("with_folder", False))
