"""Times: aware datetimes in UTC inside, ISO 8601 with microseconds and offset on the wire (contract, "Conventions")."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time; the one place that reads the clock."""
    return datetime.now(UTC)


def to_wire(moment: datetime) -> str:
    """``2018-02-08T12:25:11.979313+00:00``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
