"""The CDN forgets what was deleted, by the clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.events.task import task
from constellation.services.purging import EVERY, PURGE, purge


@task(grants=PURGE, every=EVERY)
def handler(_payload: Mapping[str, Any], _now: datetime) -> dict[str, int]:
    """Have the CDN forget the images that were deleted, and refuse them no longer when it has."""
    return purge()
