"""Users in the accounts table.

    pk USER#<id>                  sk PROFILE    the user
    pk EMAIL#<SHA-256>            sk EMAIL      userId: unique, and how a user is found by email
    pk USERNAME#<SHA-256>         sk USERNAME   userId: the same by username

Sessions, keys, failed logins and quotas share the table; their modules say how.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from constellation.accounts.model import User, email_identity, username_identity
from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.common.errors import Invalid, Violation
from constellation.common.ids import new_id
from constellation.common.times import to_wire as time_to_wire

READ = Grant(ACCOUNTS, ("dynamodb:GetItem",))
READ_MANY = Grant(ACCOUNTS, ("dynamodb:BatchGetItem",))
CREATE = Grant(ACCOUNTS, ("dynamodb:PutItem",))


def create(
    email: str, username: str | None, display_name: str, password_hash: str, now: datetime, *, username_field: str
) -> User:
    """A new user. Raises Invalid for an email or username that another has, both when both are taken."""
    user = User(new_id(), email, username, display_name, password_hash, now)
    profile = {
        "pk": f"USER#{user.id}",
        "sk": "PROFILE",
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "displayName": user.display_name,
        "passwordHash": user.password_hash,
        "createdAt": time_to_wire(user.created_at),
    }
    items: list[tuple[str, dict[str, str | None]]] = [
        ("", profile),
        ("email", {"pk": email_identity(email), "sk": "EMAIL", "userId": user.id}),
    ]
    if username is not None:
        items.append((username_field, {"pk": username_identity(username), "sk": "USERNAME", "userId": user.id}))
    try:
        aws.call(
            "dynamodb",
            "transact_write_items",
            ClientRequestToken=user.id,
            TransactItems=[{"Put": put_new(item)} for _, item in items],
        )
    except aws.ConditionFailed as fault:
        taken = [field for (field, _), failed in zip(items, fault.failed, strict=True) if failed]
        raise Invalid(*(Violation(field, "This value is already used.", "taken") for field in taken)) from None
    return user


def find(user_id: str) -> User | None:
    """The user with this id."""
    item = get_item(f"USER#{user_id}", "PROFILE")
    return _to_user(item) if item else None


def find_many(user_ids: Collection[str]) -> dict[str, User]:
    """Those of the users that there are, by id; a moment ago's state, at half a unit each."""
    keys = ({"pk": f"USER#{user_id}", "sk": "PROFILE"} for user_id in dict.fromkeys(user_ids))
    return {user.id: user for user in map(_to_user, batches.get_many(ACCOUNTS, keys))}


def find_id(identity: str) -> str | None:
    """The id of the user with this identity (``domain.accounts.email_identity`` and its like)."""
    item = get_item(identity, identity.partition("#")[0])
    return item["userId"] if item else None


def get_item(pk: str, sk: str, *, consistent: bool = True) -> dict[str, Any] | None:
    """One item of the accounts table; ``consistent``: as it stands after all acknowledged writes."""
    answer = aws.call(
        "dynamodb",
        "get_item",
        TableName=ACCOUNTS.physical_name,
        Key=to_wire({"pk": pk, "sk": sk}),
        ConsistentRead=consistent,
    )
    return from_wire(answer["Item"]) if "Item" in answer else None


def put_new(item: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a Put that refuses to replace an item of the accounts table; what is None is left out."""
    return {
        "TableName": ACCOUNTS.physical_name,
        "Item": to_wire({name: value for name, value in item.items() if value is not None}),
        "ConditionExpression": "attribute_not_exists(pk)",
    }


def _to_user(item: Mapping[str, Any]) -> User:
    return User(
        id=item["id"],
        email=item["email"],
        username=item.get("username"),
        display_name=item["displayName"],
        password_hash=item["passwordHash"],
        created_at=datetime.fromisoformat(item["createdAt"]),
    )
