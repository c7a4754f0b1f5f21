"""Quotas: how often a subject has done something within one window of time, counted in one atomic call.

pk LIMIT#<name>#<SHA-256 of the subject>    sk <end of the window>    used, latest, ttl
"""

import hashlib
from datetime import datetime

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.aws.table import NEW, Table
from constellation.common.ids import new_id
from constellation.common.times import DAY, seconds_left
from constellation.runtime.operation import operation

COUNT = Grant(ACCOUNTS, ("dynamodb:UpdateItem",))

_TABLE = Table(ACCOUNTS)


@operation(grants=[COUNT])
def within(name: str, subject: str, limit: int, now: datetime, window: int = DAY) -> bool:
    """Count one more for ``subject`` and return whether that is within ``limit``; if not, count nothing.

    Windows are aligned to multiples of ``window`` seconds since the epoch, so a day is a day in UTC. A ``limit`` of 0
    is off and costs no call. ``subject`` (an address, for example) is stored hashed until the window has passed.
    """
    if limit == 0:
        return True
    ends = int(now.timestamp()) + seconds_left(now, window)
    attempt = new_id()
    try:
        _TABLE.update(
            {"pk": f"LIMIT#{name}#{hashlib.sha256(subject.encode()).hexdigest()}", "sk": str(ends)},
            "SET #used = if_not_exists(#used, :none) + :one, #ttl = :ends, latest = :attempt",
            f"{NEW} OR (#used <= :room AND latest <> :attempt)",
            {"none": 0, "one": 1, "ends": ends, "room": limit - 1, "attempt": attempt},
            {"used": "used", "ttl": "ttl"},
        )
    except ConditionFailed as fault:
        # A retry after a lost response finds that this very attempt was counted.
        return fault.item is not None and fault.item["latest"] == attempt
    return True
