"""The purge of deleted images from the CDN, on a schedule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.cleanup.purge import EVERY, purge
from constellation.runtime.task import task


@task(uses=[purge], every=EVERY)
def handler(_payload: Mapping[str, Any], _now: datetime) -> dict[str, int]:
    """Have the CDN purge deleted images, and no longer refuse those that it has purged."""
    return purge()
