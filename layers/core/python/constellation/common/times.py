"""Times: aware datetimes in UTC inside, ISO 8601 with microseconds and offset on the wire (contract, "Conventions")."""

import re
from datetime import UTC, datetime

_ISO_8601 = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})",
    re.ASCII,
)


def utc_now() -> datetime:
    """The current time; the one place that reads the clock."""
    return datetime.now(UTC)


def to_wire(moment: datetime) -> str:
    """``2018-02-08T12:25:11.979313+00:00``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_wire(text: str) -> datetime:
    """The time that ISO 8601 ``text`` with an offset says, in UTC; ValueError for any other text."""
    if not _ISO_8601.fullmatch(text):
        raise ValueError("This value is not a date and time with an offset.")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("This value is not a date and time with an offset.") from None


DAY = 86400


def seconds_left(now: datetime, window: int = DAY) -> int:
    """Whole seconds until the window of ``now`` ends and the count begins again."""
    return window - int(now.timestamp()) % window
