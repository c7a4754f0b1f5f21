"""The CDN forgets what was deleted, by the clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.cleanup.purge import EVERY, PURGE, purge
from constellation.runtime.task import task


@task(grants=PURGE, every=EVERY)
def handler(_payload: Mapping[str, Any], _now: datetime) -> dict[str, int]:
    """Have the CDN forget the images that were deleted, and refuse them no longer when it has."""
    return purge()
