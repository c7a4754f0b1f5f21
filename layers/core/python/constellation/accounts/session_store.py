"""Sessions in the accounts table. Each has a family of refresh tokens, of which only the newest is valid.

    pk SESSION#<id>          sk SESSION    userId, refresh: the SHA-256 of the valid refresh token, ttl
    pk REFRESH#<SHA-256>     sk REFRESH    sid, ttl: every refresh token of the family, so that reuse is noticed

A session whose ``ttl`` has passed is refused here at once. DynamoDB deletes its items up to days later.
"""

from datetime import datetime

from constellation.accounts.model import Session
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.aws.table import Item, Table, transact, try_transact

START = Grant(ACCOUNTS, ("dynamodb:PutItem",))
READ = Grant(ACCOUNTS, ("dynamodb:GetItem",))
ROTATE = Grant(ACCOUNTS, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
END = Grant(ACCOUNTS, ("dynamodb:DeleteItem",))

_TABLE = Table(ACCOUNTS)


def start(session: Session, ends: int) -> None:
    """Store a session that is valid until ``ends``, in epoch seconds."""
    items: list[Item] = [{**_key(session.id), "userId": session.user_id, "refresh": session.refresh, "ttl": ends}]
    if session.refresh:
        items.append(_refresh_item(session.id, session.refresh, ends))
    transact([_TABLE.to_put_new(item) for item in items])


def find(session_id: str, now: datetime) -> Session | None:
    """Return a session, or None if it has ended."""
    item = _valid(_key(session_id), now)
    return Session(session_id, item["userId"], item.get("refresh")) if item else None


def find_by_refresh(refresh: str, now: datetime) -> Session | None:
    """Return the session that a refresh token belongs to, by the token's digest, or None.

    The token may be one that is no longer valid.
    """
    item = _valid(_refresh_key(refresh), now)
    return find(item["sid"], now) if item else None


def rotate(session: Session, refresh: str, ends: int) -> bool:
    """Make the token with the digest ``refresh`` the valid one; False where another token has become so first."""
    values = {"new": refresh, "old": session.refresh, "ends": ends}
    return try_transact(
        [
            _TABLE.to_update(
                _key(session.id), "SET refresh = :new, #ttl = :ends", "refresh = :old", values, {"ttl": "ttl"}
            ),
            _TABLE.to_put_new(_refresh_item(session.id, refresh, ends)),
        ]
    )


def end(session_id: str) -> None:
    """End a session, and with it all its tokens. Safe to repeat."""
    _TABLE.delete(_key(session_id))


def _key(session_id: str) -> dict[str, str]:
    return {"pk": f"SESSION#{session_id}", "sk": "SESSION"}


def _refresh_key(refresh: str) -> dict[str, str]:
    return {"pk": f"REFRESH#{refresh}", "sk": "REFRESH"}


def _refresh_item(session_id: str, refresh: str, ends: int) -> Item:
    return {**_refresh_key(refresh), "sid": session_id, "ttl": ends}


def _valid(key: dict[str, str], now: datetime) -> Item | None:
    item = _TABLE.get(key)
    return item if item and item["ttl"] > now.timestamp() else None
