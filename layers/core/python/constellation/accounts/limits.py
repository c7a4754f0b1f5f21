"""Quotas: how often something was done by one subject within one window of time, counted in one atomic call."""

import hashlib
from datetime import datetime

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.common.ids import new_id
from constellation.common.times import DAY, seconds_left
from constellation.runtime.operation import operation

COUNT = Grant(ACCOUNTS, ("dynamodb:UpdateItem",))


@operation(grants=[COUNT])
def within(name: str, subject: str, limit: int, now: datetime, amount: int = 1, window: int = DAY) -> bool:
    """Count ``amount`` for ``subject`` and tell whether it stays within ``limit``; what does not is not counted.

    Windows are aligned: of ``window`` seconds since the epoch, so a day is a day in UTC. A ``limit`` of 0 is off
    and costs no call. ``subject`` (an address, say) is stored hashed until the window has passed.
    """
    if limit == 0:
        return True
    if amount > limit:
        return False
    ends = int(now.timestamp()) + seconds_left(now, window)
    attempt = new_id()
    try:
        aws.call(
            "dynamodb",
            "update_item",
            TableName=ACCOUNTS.physical_name,
            Key=to_wire({"pk": f"LIMIT#{name}#{hashlib.sha256(subject.encode()).hexdigest()}", "sk": str(ends)}),
            UpdateExpression="SET #used = if_not_exists(#used, :none) + :amount, #ttl = :ends, latest = :attempt",
            ConditionExpression="attribute_not_exists(pk) OR (#used <= :room AND latest <> :attempt)",
            ExpressionAttributeNames={"#used": "used", "#ttl": "ttl"},
            ExpressionAttributeValues=to_wire(
                {":none": 0, ":amount": amount, ":ends": ends, ":room": limit - amount, ":attempt": attempt}
            ),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except aws.ConditionFailed as fault:
        # A retry by the SDK after a lost answer finds this very attempt counted.
        return fault.item is not None and fault.item["latest"] == attempt
    return True
