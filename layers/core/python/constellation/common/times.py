"""Times: aware datetimes in UTC, written as ISO 8601 with microseconds and offset (contract, "Conventions")."""

import re
from datetime import UTC, datetime
from typing import Annotated

Time = Annotated[str, "date-time"]
"""A time in a response, as ``to_wire`` writes it."""

_ISO_8601 = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})",
    re.ASCII,
)


def utc_now() -> datetime:
    """Return the current time. Nothing else reads the clock."""
    return datetime.now(UTC)


def to_wire(moment: datetime) -> str:
    """Return a time as text: ``2018-02-08T12:25:11.979313+00:00``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def in_seconds(moment: datetime | None) -> str:
    """Return a time as the text of its seconds since 1970, empty for none."""
    return str(moment.timestamp()) if moment else ""


def from_wire(text: str) -> datetime:
    """Return the time in ISO 8601 text with an offset, in UTC. Raises ValueError for any other text."""
    if not _ISO_8601.fullmatch(text):
        raise ValueError("This value is not a date and time with an offset.")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("This value is not a date and time with an offset.") from None


DAY = 86400


def seconds_left(now: datetime, window: int = DAY) -> int:
    """Return the whole seconds until the window around ``now`` ends and its count begins again."""
    return window - int(now.timestamp()) % window
