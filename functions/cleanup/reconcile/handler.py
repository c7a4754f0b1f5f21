"""The reconciliation of objects, records and uploads, on a schedule."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from constellation.cleanup.reconcile import Report, reconcile
from constellation.runtime.task import task


@task(uses=[reconcile], every=timedelta(minutes=15))
def handler(_payload: Mapping[str, Any], now: datetime) -> Report:
    """Find and heal what killed functions have left behind."""
    return reconcile(now)
