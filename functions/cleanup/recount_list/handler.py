"""The repair of a list's totals, started by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.cleanup.recount import Report, recount
from constellation.runtime.task import task


@task(uses=[recount])
def handler(payload: Mapping[str, Any], now: datetime) -> Report:
    """Recount the list ``{"list": "public" or the id of a user}`` and correct its totals."""
    return recount(payload["list"], now)
