"""Objects that no firmware image names."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import LEFTOVERS
from constellation.firmware.leftovers import CLEAN_UP, remove_leftover
from constellation.runtime.consumer import consumer


@consumer(LEFTOVERS, grants=CLEAN_UP)
def handler(message: Any, now: datetime) -> None:  # noqa: ARG001
    """Queue leftovers: remove an object that may have been left over, unless it is a binary."""
    remove_leftover(message["firmware"], message["key"])
