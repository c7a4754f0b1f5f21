"""Failed logins in the accounts table, one item for each account or network.

    pk LOGIN#<subject>    sk LOGIN    failures, windowEnds, latest, ttl

The subject is the id of a user, the identity that was typed if there is no such user, or the identity of a network.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.accounts.model import FailedLogins
from constellation.aws.client import ConditionFailed
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.aws.table import NEW, Table
from constellation.common.ids import new_id
from constellation.common.settings import settings

READ = Grant(ACCOUNTS, ("dynamodb:GetItem",))
RECORD = Grant(ACCOUNTS, ("dynamodb:PutItem",))

_TABLE = Table(ACCOUNTS)


def find(subject: str, *, consistent: bool) -> FailedLogins:
    """Return the failures that count against ``subject``."""
    return _to_failures(_TABLE.get(_key(subject), consistent=consistent))


def record(subject: str, seen: FailedLogins, limit: int, now: datetime) -> None:
    """Count one more failure than were ``seen``. Raises TooManyRequests if others have used up the limit meanwhile."""
    window = settings().failed_logins_window
    attempt = new_id()
    # Each turn but the last loses to the failure of another. After ``limit`` failures the limit is used up.
    while seen.latest != attempt:
        seen.refuse(now, limit)
        seen = _replace(subject, seen, seen.and_one(attempt, now, window))


def _replace(subject: str, seen: FailedLogins, wanted: FailedLogins) -> FailedLogins:
    """Replace ``seen`` by ``wanted``. Return what then stands there: the write of another, if that came first."""
    item = {
        **_key(subject),
        "failures": wanted.count,
        "windowEnds": wanted.window_ends,
        "latest": wanted.latest,
        "ttl": wanted.window_ends,
    }
    try:
        if seen.latest:
            _TABLE.put(item, "latest = :seen", seen=seen.latest)
        else:
            _TABLE.put(item, NEW)
    except ConditionFailed as fault:
        return _to_failures(fault.item)
    return wanted


def _key(subject: str) -> dict[str, str]:
    return {"pk": f"LOGIN#{subject}", "sk": "LOGIN"}


def _to_failures(item: Mapping[str, Any] | None) -> FailedLogins:
    return FailedLogins(item["failures"], item["windowEnds"], item["latest"]) if item else FailedLogins()
