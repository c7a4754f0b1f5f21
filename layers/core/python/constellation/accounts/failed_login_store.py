"""Failed logins in the accounts table, one item an account or network.

    pk LOGIN#<subject>    sk LOGIN    failures, windowEnds, latest, ttl

The subject is the user's id, the identity that was typed where there is no such user, or the identity of a network.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.accounts.model import FailedLogins
from constellation.accounts.store import get_item
from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.common.ids import new_id
from constellation.common.settings import settings

READ = Grant(ACCOUNTS, ("dynamodb:GetItem",))
RECORD = Grant(ACCOUNTS, ("dynamodb:PutItem",))


def find(subject: str, *, consistent: bool) -> FailedLogins:
    """The failures that count against ``subject``."""
    return _failures(get_item(f"LOGIN#{subject}", "LOGIN", consistent=consistent))


def record(subject: str, seen: FailedLogins, limit: int, now: datetime) -> None:
    """Count one more failure than were ``seen``. Raises TooManyRequests where others have used up the limit by now."""
    window = settings().failed_logins_window
    attempt = new_id()
    # Each turn but the last lost to another's failure, of which there can be ``limit`` before it is used up.
    while seen.latest != attempt:
        seen.refuse(now, limit)
        seen = _write(subject, seen, seen.and_one(attempt, now, window))


def _write(subject: str, seen: FailedLogins, wanted: FailedLogins) -> FailedLogins:
    """Replace ``seen`` by ``wanted``; what then stands there, which is another's when that came first."""
    condition = "latest = :seen" if seen.latest else "attribute_not_exists(pk)"
    try:
        aws.call(
            "dynamodb",
            "put_item",
            TableName=ACCOUNTS.physical_name,
            Item=to_wire(
                {
                    "pk": f"LOGIN#{subject}",
                    "sk": "LOGIN",
                    "failures": wanted.count,
                    "windowEnds": wanted.window_ends,
                    "latest": wanted.latest,
                    "ttl": wanted.window_ends,
                }
            ),
            ConditionExpression=condition,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **({"ExpressionAttributeValues": to_wire({":seen": seen.latest})} if seen.latest else {}),
        )
    except aws.ConditionFailed as fault:
        return _failures(fault.item)
    return wanted


def _failures(item: Mapping[str, Any] | None) -> FailedLogins:
    return FailedLogins(item["failures"], item["windowEnds"], item["latest"]) if item else FailedLogins()
