"""API keys in the accounts table: found by hash to open a route, by user to list and delete.

    pk KEY#<SHA-256>    sk KEY           userId, keyId, expiresAt
    pk USER#<id>        sk KEY#<keyId>   hash, name, createdAt, expiresAt, lastUsedAt

Both items come and go in one transaction, which also keeps count in the user's profile (``keyCount``).
"""

from datetime import datetime
from typing import Any

from constellation.accounts.model import KEYS_PER_USER, NO_SUCH_KEY, ApiKey
from constellation.accounts.store import get_item, put_new
from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.common.errors import Invalid, NotFound, Violation
from constellation.common.ids import new_id
from constellation.common.times import to_wire as time_to_wire

CREATE = Grant(ACCOUNTS, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
LIST = Grant(ACCOUNTS, ("dynamodb:Query",))
DELETE = Grant(ACCOUNTS, ("dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"))
USE = Grant(ACCOUNTS, ("dynamodb:GetItem", "dynamodb:UpdateItem"))


def create(user_id: str, key: ApiKey, key_hash: str) -> None:
    """Store a new key of a user by its digest. Raises Invalid for a user that has KEYS_PER_USER already."""
    expires_at = time_to_wire(key.expires_at) if key.expires_at else None
    opener = {"pk": f"KEY#{key_hash}", "sk": "KEY", "userId": user_id, "keyId": key.id, "expiresAt": expires_at}
    entry = {
        **_entry_key(user_id, key.id),
        "hash": key_hash,
        "name": key.name,
        "createdAt": time_to_wire(key.created_at),
        "expiresAt": expires_at,
    }
    try:
        aws.call(
            "dynamodb",
            "transact_write_items",
            ClientRequestToken=key.id,
            TransactItems=[
                {"Put": put_new(opener)},
                {"Put": put_new(entry)},
                _count(user_id, 1, "attribute_exists(pk) AND (attribute_not_exists(keyCount) OR keyCount < :bound)"),
            ],
        )
    except aws.ConditionFailed:
        text = f"There are {KEYS_PER_USER} API keys already. Delete one first."
        raise Invalid(Violation("name", text, "too_many")) from None


def list_all(user_id: str) -> list[ApiKey]:
    """The user's keys, oldest first."""
    answer = aws.call(
        "dynamodb",
        "query",
        TableName=ACCOUNTS.physical_name,
        KeyConditionExpression="pk = :user AND begins_with(sk, :key)",
        ExpressionAttributeValues=to_wire({":user": f"USER#{user_id}", ":key": "KEY#"}),
        ConsistentRead=True,
    )
    keys = [_key(from_wire(item)) for item in answer["Items"]]
    return sorted(keys, key=lambda key: (key.created_at, key.id))


def delete(user_id: str, key_id: str) -> None:
    """Take a key away. Raises NotFound for one that this user does not have."""
    key = _entry_key(user_id, key_id)
    entry = get_item(key["pk"], key["sk"])
    if entry is None:
        raise NotFound(NO_SUCH_KEY)
    try:
        aws.call(
            "dynamodb",
            "transact_write_items",
            ClientRequestToken=new_id(),
            TransactItems=[
                {"Delete": _delete(key)},
                {"Delete": _delete({"pk": f"KEY#{entry['hash']}", "sk": "KEY"})},
                _count(user_id, -1, "keyCount > :bound"),
            ],
        )
    except aws.ConditionFailed:
        raise NotFound(NO_SUCH_KEY) from None


def use(key_hash: str, now: datetime) -> tuple[str, str] | None:
    """The ids of the user and the key with this digest, noting the use; None for an unknown, expired or deleted key."""
    item = get_item(f"KEY#{key_hash}", "KEY")
    if item is None or ("expiresAt" in item and datetime.fromisoformat(item["expiresAt"]) <= now):
        return None
    user_id, key_id = item["userId"], item["keyId"]
    try:
        aws.call(
            "dynamodb",
            "update_item",
            TableName=ACCOUNTS.physical_name,
            Key=to_wire(_entry_key(user_id, key_id)),
            UpdateExpression="SET lastUsedAt = :now",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=to_wire({":now": time_to_wire(now)}),
        )
    except aws.ConditionFailed:
        return None
    return user_id, key_id


def _entry_key(user_id: str, key_id: str) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": f"KEY#{key_id}"}


def _delete(key: dict[str, str]) -> dict[str, Any]:
    return {"TableName": ACCOUNTS.physical_name, "Key": to_wire(key), "ConditionExpression": "attribute_exists(pk)"}


def _count(user_id: str, change: int, condition: str) -> dict[str, Any]:
    """The part of a transaction that counts the user's keys, within the bound that ``change`` moves it towards."""
    return {
        "Update": {
            "TableName": ACCOUNTS.physical_name,
            "Key": to_wire({"pk": f"USER#{user_id}", "sk": "PROFILE"}),
            "UpdateExpression": "ADD keyCount :change",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_wire({":change": change, ":bound": KEYS_PER_USER if change > 0 else 0}),
        }
    }


def _key(item: dict[str, Any]) -> ApiKey:
    return ApiKey(
        id=item["sk"].removeprefix("KEY#"),
        name=item["name"],
        created_at=datetime.fromisoformat(item["createdAt"]),
        expires_at=_time(item.get("expiresAt")),
        last_used_at=_time(item.get("lastUsedAt")),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
