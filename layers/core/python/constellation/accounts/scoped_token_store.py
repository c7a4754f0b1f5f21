"""Scoped tokens in the accounts table: found by digest to authorize a request, by user to list and delete.

    pk TOKEN#<SHA-256>   sk TOKEN        userId, tokenId, name, scopes, constellation, createdAt, expiresAt, lastUsedAt
    pk USER#<id>         sk TOKEN#<nn>   hash, tokenId, expiresAt

A user has a fixed number of slots, ``nn``. A new token takes one that is empty, else the one of an expired token, which
is then forgotten. So the tokens of a user are bounded without a count. Both items of a token are created and deleted in
one transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from constellation.accounts.model import TOKENS_PER_USER, ScopedToken
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.aws.table import EXISTS, NEW, Item, Table, try_transact
from constellation.common.errors import Unavailable
from constellation.common.times import to_wire

CREATE = Grant(ACCOUNTS, ("dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem"))
LIST = Grant(ACCOUNTS, ("dynamodb:Query", "dynamodb:BatchGetItem"))
DELETE = Grant(ACCOUNTS, ("dynamodb:Query", "dynamodb:DeleteItem"))
USE = Grant(ACCOUNTS, ("dynamodb:GetItem", "dynamodb:UpdateItem"))

NOTED_EVERY = timedelta(hours=1)
"""How exact the time of the last use is. A use is written only if the one written before is older than this."""

_TRIES = 10

_TABLE = Table(ACCOUNTS)


def create(token: ScopedToken, digest: str) -> bool:
    """Store a new token; False where its user has TOKENS_PER_USER that have not expired at its creation."""
    opener = {**_opener_key(digest), **_to_item(token)}
    for _ in range(_TRIES):
        taken = {slot["sk"]: slot for slot in _slots(token.user_id)}
        keys = [_slot_key(token.user_id, number) for number in range(TOKENS_PER_USER)]
        free = [key for key in keys if key["sk"] not in taken]
        spent = [key for key in keys if key["sk"] in taken and _has_expired(taken[key["sk"]], token.created_at)]
        if not free and not spent:
            return False
        open_ = free or spent
        key = open_[int(digest, 16) % len(open_)]  # Of many at once each goes for another one.
        slot = {**key, "hash": digest, "tokenId": token.id, "expiresAt": opener["expiresAt"]}
        if free:
            parts = [_TABLE.to_put(slot, NEW)]
        else:
            before = taken[key["sk"]]
            parts = [
                _TABLE.to_put(slot, "tokenId = :before", before=before["tokenId"]),
                _TABLE.to_delete(_opener_key(before["hash"])),
            ]
        if try_transact([_TABLE.to_put_new(opener), *parts]):
            return True
    raise Unavailable


def list_all(user_id: str) -> list[ScopedToken]:
    """Return a user's tokens, oldest first."""
    keys = [_opener_key(slot["hash"]) for slot in _slots(user_id)]
    found = map(_to_token, _TABLE.get_many(keys, consistent=True))
    return sorted(found, key=lambda token: (token.created_at, token.id))


def delete(user_id: str, token_id: str) -> bool:
    """Delete a token of a user; False where the user has no such token."""
    found = next((slot for slot in _slots(user_id) if slot["tokenId"] == token_id), None)
    return found is not None and try_transact(
        [
            _TABLE.to_delete({"pk": found["pk"], "sk": found["sk"]}, "tokenId = :token", token=token_id),
            _TABLE.to_delete(_opener_key(found["hash"]), EXISTS),
        ]
    )


def use(digest: str, now: datetime) -> ScopedToken | None:
    """Return a token, and note its use if none was noted for NOTED_EVERY.

    Return None for a token that is unknown, expired or deleted.
    """
    item = _TABLE.get(_opener_key(digest))
    if item is None or _has_expired(item, now):
        return None
    token = _to_token(item)
    if token.last_used_at is None or token.last_used_at + NOTED_EVERY <= now:
        values = {"now": to_wire(now)}
        if not _TABLE.try_update(_opener_key(digest), "SET lastUsedAt = :now", EXISTS, values):
            return None
    return token


def _slots(user_id: str) -> list[Item]:
    values = {"user": f"USER#{user_id}", "token": "TOKEN#"}
    return list(_TABLE.query("pk = :user AND begins_with(sk, :token)", values, consistent=True))


def _slot_key(user_id: str, number: int) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": f"TOKEN#{number:02d}"}


def _opener_key(digest: str) -> dict[str, str]:
    return {"pk": f"TOKEN#{digest}", "sk": "TOKEN"}


def _has_expired(item: Mapping[str, Any], now: datetime) -> bool:
    return "expiresAt" in item and datetime.fromisoformat(item["expiresAt"]) <= now


def _to_item(token: ScopedToken) -> Item:
    return {
        "userId": token.user_id,
        "tokenId": token.id,
        "name": token.name,
        "scopes": " ".join(token.scopes),
        "constellation": token.constellation or None,
        "createdAt": to_wire(token.created_at),
        "expiresAt": to_wire(token.expires_at) if token.expires_at else None,
    }


def _to_token(item: Mapping[str, Any]) -> ScopedToken:
    return ScopedToken(
        id=item["tokenId"],
        user_id=item["userId"],
        name=item["name"],
        scopes=item["scopes"].split(" "),
        constellation=item.get("constellation", ""),
        created_at=datetime.fromisoformat(item["createdAt"]),
        expires_at=_time(item.get("expiresAt")),
        last_used_at=_time(item.get("lastUsedAt")),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
