"""The entry of older images into an index, started by hand after an update."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.cleanup.enter_old_files import Report, enter_old_files
from constellation.runtime.task import task


@task(uses=[enter_old_files])
def handler(payload: Mapping[str, Any], now: datetime) -> Report:
    """Enter older images into the index of files by time, from the ``checkpoint`` of the last report, if any."""
    return enter_old_files(payload.get("checkpoint", ""), now)
