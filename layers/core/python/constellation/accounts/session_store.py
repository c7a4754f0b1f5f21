"""Sessions in the accounts table: one family of refresh tokens each, of which only the newest is good.

    pk SESSION#<id>          sk SESSION    userId, refresh: the SHA-256 of the good refresh token, ttl
    pk REFRESH#<SHA-256>     sk REFRESH    sid, ttl: every refresh token of the family, so that reuse is noticed

What has ended is refused by its ``ttl`` here already; DynamoDB removes it up to days later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constellation.accounts.store import get_item, put_new
from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.common.ids import new_id

START = Grant(ACCOUNTS, ("dynamodb:PutItem",))
READ = Grant(ACCOUNTS, ("dynamodb:GetItem",))
ROTATE = Grant(ACCOUNTS, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
END = Grant(ACCOUNTS, ("dynamodb:DeleteItem",))


@dataclass(frozen=True)
class Session:
    """Who is logged in, and the digest of the one refresh token that is good; None where there is no refreshing."""

    id: str
    user_id: str
    refresh: str | None


def start(session: Session, ends: int) -> None:
    """Make ``session`` valid until ``ends``, in epoch seconds."""
    items = [_session_item(session, ends)]
    if session.refresh:
        items.append(_refresh_item(session.id, session.refresh, ends))
    aws.call(
        "dynamodb",
        "transact_write_items",
        ClientRequestToken=session.id,
        TransactItems=[{"Put": put_new(item)} for item in items],
    )


def find(session_id: str, now: datetime) -> Session | None:
    """The session, unless it has ended."""
    item = _valid(get_item(f"SESSION#{session_id}", "SESSION"), now)
    return Session(session_id, item["userId"], item.get("refresh")) if item else None


def find_by_refresh(refresh: str, now: datetime) -> Session | None:
    """The session that the refresh token with this digest belongs to, whether or not it is still the good one."""
    item = _valid(get_item(f"REFRESH#{refresh}", "REFRESH"), now)
    return find(item["sid"], now) if item else None


def rotate(session: Session, refresh: str, ends: int) -> bool:
    """Put the token with the digest ``refresh`` in the good one's place; False when another has done so first."""
    try:
        aws.call(
            "dynamodb",
            "transact_write_items",
            ClientRequestToken=new_id(),
            TransactItems=[
                {
                    "Update": {
                        "TableName": ACCOUNTS.physical_name,
                        "Key": to_wire({"pk": f"SESSION#{session.id}", "sk": "SESSION"}),
                        "UpdateExpression": "SET refresh = :new, #ttl = :ends",
                        "ConditionExpression": "refresh = :old",
                        "ExpressionAttributeNames": {"#ttl": "ttl"},
                        "ExpressionAttributeValues": to_wire({":new": refresh, ":old": session.refresh, ":ends": ends}),
                    }
                },
                {"Put": put_new(_refresh_item(session.id, refresh, ends))},
            ],
        )
    except aws.ConditionFailed:
        return False
    return True


def end(session_id: str) -> None:
    """End the session and with it all its tokens; one that has ended stays so."""
    aws.call(
        "dynamodb",
        "delete_item",
        TableName=ACCOUNTS.physical_name,
        Key=to_wire({"pk": f"SESSION#{session_id}", "sk": "SESSION"}),
    )


def _session_item(session: Session, ends: int) -> dict[str, Any]:
    return {
        "pk": f"SESSION#{session.id}",
        "sk": "SESSION",
        "userId": session.user_id,
        "refresh": session.refresh,
        "ttl": ends,
    }


def _refresh_item(session_id: str, refresh: str, ends: int) -> dict[str, Any]:
    return {"pk": f"REFRESH#{refresh}", "sk": "REFRESH", "sid": session_id, "ttl": ends}


def _valid(item: dict[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    return item if item and item["ttl"] > now.timestamp() else None
