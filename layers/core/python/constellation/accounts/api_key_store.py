"""API keys in the accounts table: found by digest to authorize a request, by user to list and delete.

    pk KEY#<SHA-256>    sk KEY           userId, keyId, expiresAt
    pk USER#<id>        sk KEY#<keyId>   hash, name, createdAt, expiresAt, lastUsedAt

Both items of a key are created and deleted in one transaction, which also counts the keys in the user's item
(``keyCount``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from constellation.accounts.model import KEYS_PER_USER, ApiKey, KeyUse
from constellation.accounts.store import profile_key
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.aws.table import EXISTS, Part, Table, try_transact
from constellation.common.times import to_wire

CREATE = Grant(ACCOUNTS, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
LIST = Grant(ACCOUNTS, ("dynamodb:Query",))
DELETE = Grant(ACCOUNTS, ("dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"))
USE = Grant(ACCOUNTS, ("dynamodb:GetItem", "dynamodb:UpdateItem"))

_TABLE = Table(ACCOUNTS)


def create(user_id: str, key: ApiKey, digest: str) -> bool:
    """Store a new API key of a user; False where the user has KEYS_PER_USER already."""
    expires_at = to_wire(key.expires_at) if key.expires_at else None
    opener = {**_opener_key(digest), "userId": user_id, "keyId": key.id, "expiresAt": expires_at}
    entry = {
        **_entry_key(user_id, key.id),
        "hash": digest,
        "name": key.name,
        "createdAt": to_wire(key.created_at),
        "expiresAt": expires_at,
    }
    has_room = f"{EXISTS} AND (attribute_not_exists(keyCount) OR keyCount < :bound)"
    count = _to_count(user_id, 1, has_room, KEYS_PER_USER)
    return try_transact([_TABLE.to_put_new(opener), _TABLE.to_put_new(entry), count])


def list_all(user_id: str) -> list[ApiKey]:
    """Return a user's API keys, oldest first."""
    values = {"user": f"USER#{user_id}", "key": "KEY#"}
    keys = map(_to_key, _TABLE.query("pk = :user AND begins_with(sk, :key)", values, consistent=True))
    return sorted(keys, key=lambda key: (key.created_at, key.id))


def delete(user_id: str, key_id: str) -> bool:
    """Delete an API key of a user; False where the user has no such key."""
    key = _entry_key(user_id, key_id)
    entry = _TABLE.get(key)
    return entry is not None and try_transact(
        [
            _TABLE.to_delete(key, EXISTS),
            _TABLE.to_delete(_opener_key(entry["hash"]), EXISTS),
            _to_count(user_id, -1, "keyCount > :bound", 0),
        ]
    )


def use(digest: str, now: datetime) -> KeyUse | None:
    """Record the use of an API key, and return it. Return None for a key that is unknown, expired or deleted."""
    item = _TABLE.get(_opener_key(digest))
    if item is None:
        return None
    found = KeyUse(item["userId"], item["keyId"], _time(item.get("expiresAt")))
    if found.expires_at and found.expires_at <= now:
        return None
    entry = _entry_key(found.user_id, found.key_id)
    is_there = _TABLE.try_update(entry, "SET lastUsedAt = :now", EXISTS, {"now": to_wire(now)})
    return found if is_there else None


def _opener_key(digest: str) -> dict[str, str]:
    return {"pk": f"KEY#{digest}", "sk": "KEY"}


def _entry_key(user_id: str, key_id: str) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": f"KEY#{key_id}"}


def _to_count(user_id: str, change: int, condition: str, bound: int) -> Part:
    values = {"change": change, "bound": bound}
    return _TABLE.to_update(profile_key(user_id), "ADD keyCount :change", condition, values)


def _to_key(item: Mapping[str, Any]) -> ApiKey:
    return ApiKey(
        id=item["sk"].removeprefix("KEY#"),
        name=item["name"],
        created_at=datetime.fromisoformat(item["createdAt"]),
        expires_at=_time(item.get("expiresAt")),
        last_used_at=_time(item.get("lastUsedAt")),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
