"""Users in the accounts table.

    pk USER#<id>                  sk PROFILE    the user
    pk EMAIL#<SHA-256>            sk EMAIL      userId: makes an email unique, and finds a user by it
    pk USERNAME#<SHA-256>         sk USERNAME   userId: makes a username unique, and finds a user by it

Sessions, API keys, failed logins and quotas share the table. Their modules describe their items.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from constellation.accounts.identities import email_identity, username_identity
from constellation.accounts.model import User
from constellation.aws.client import ConditionFailed
from constellation.aws.resources import ACCOUNTS, Grant
from constellation.aws.table import Table, transact
from constellation.common.times import to_wire

READ = Grant(ACCOUNTS, ("dynamodb:GetItem",))
READ_MANY = Grant(ACCOUNTS, ("dynamodb:BatchGetItem",))
CREATE = Grant(ACCOUNTS, ("dynamodb:PutItem",))

_TABLE = Table(ACCOUNTS)


def create(user: User) -> list[str]:
    """Store a new user, or return which of its ``email`` and ``username`` another user has."""
    profile = {
        **profile_key(user.id),
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "displayName": user.display_name,
        "passwordHash": user.password_hash,
        "createdAt": to_wire(user.created_at),
    }
    items = {"email": _identity_key(email_identity(user.email)) | {"userId": user.id}}
    if user.username is not None:
        items["username"] = _identity_key(username_identity(user.username)) | {"userId": user.id}
    try:
        transact([_TABLE.to_put_new(profile), *map(_TABLE.to_put_new, items.values())])
    except ConditionFailed as fault:
        return [name for name, failed in zip(items, fault.failed[1:], strict=True) if failed]
    return []


def find(user_id: str) -> User | None:
    """Return a user, or None."""
    item = _TABLE.get(profile_key(user_id))
    return _to_user(item) if item else None


def find_many(user_ids: Collection[str]) -> dict[str, User]:
    """Return the users that exist, by id, as they were a moment ago, at half a unit each."""
    keys = map(profile_key, dict.fromkeys(user_ids))
    return {user.id: user for user in map(_to_user, _TABLE.get_many(keys))}


def find_id(identity: str) -> str | None:
    """Return the id of the user with an identity (``identities.email_identity`` for example), or None."""
    item = _TABLE.get(_identity_key(identity))
    return item["userId"] if item else None


def profile_key(user_id: str) -> dict[str, str]:
    """Return the key of a user's item."""
    return {"pk": f"USER#{user_id}", "sk": "PROFILE"}


def _identity_key(identity: str) -> dict[str, str]:
    return {"pk": identity, "sk": identity.partition("#")[0]}


def _to_user(item: Mapping[str, Any]) -> User:
    return User(
        id=item["id"],
        email=item["email"],
        username=item.get("username"),
        display_name=item["displayName"],
        password_hash=item["passwordHash"],
        created_at=datetime.fromisoformat(item["createdAt"]),
    )
