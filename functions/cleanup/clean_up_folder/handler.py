"""The clean-up below a deleted folder or constellation, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import REMOVALS
from constellation.cleanup.clean_up_folder import clean_up_folder
from constellation.runtime.consumer import consumer


@consumer(REMOVALS, uses=[clean_up_folder], batch=1)
def handler(message: Any, now: datetime) -> None:
    """Queue removals: remove a part of what lay below a deleted folder or constellation."""
    clean_up_folder(message, now)
