"""The repair of a list's totals, started by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.cleanup.recount import RECOUNT, Report, recount
from constellation.runtime.task import task


@task(grants=RECOUNT)
def handler(payload: Mapping[str, Any], now: datetime) -> Report:
    """Count the files of the list ``{"list": "public" or a user's id}`` again and correct its totals."""
    return recount(payload["list"], now)
