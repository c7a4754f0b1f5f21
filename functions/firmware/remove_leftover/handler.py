"""Delete objects that no firmware image names."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import LEFTOVERS
from constellation.firmware.remove_leftover import remove_leftover
from constellation.runtime.consumer import consumer


@consumer(LEFTOVERS, uses=[remove_leftover])
def handler(message: Any, now: datetime) -> None:  # noqa: ARG001
    """Queue leftovers: delete an object that may have been left over, unless it is a binary."""
    remove_leftover(message["firmware"], message["key"])
