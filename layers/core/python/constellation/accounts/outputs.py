"""Responses of the account routes (contract, "Accounts")."""

from datetime import datetime
from typing import Final, Literal, TypedDict

from constellation.accounts.model import ApiKey, PublicKey, Tokens, User
from constellation.common.ids import Id
from constellation.common.times import Time, to_wire

BEARER: Final = "bearer"


class SignedUp(TypedDict):
    """A new user."""

    id: Id


class TokenPair(TypedDict):
    """The tokens of a session. The access token expires in ``expires_in`` seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"]
    expires_in: int


class AccessToken(TypedDict):
    """An access token of a session that cannot be refreshed."""

    access_token: str
    token_type: Literal["bearer"]


class Registered(AccessToken):
    """A new user, logged in."""

    user_uuid: Id


class Profile(TypedDict):
    """A user as others see it. ``email`` is null if the caller may not know it."""

    uuid: Id
    name: str
    email: str | None


class CreatedApiKey(TypedDict):
    """A new API key. ``key`` is shown only in this response."""

    key: str
    keyId: Id
    name: str


class ApiKeyEntry(TypedDict):
    """An API key without the key itself. ``lastUsedAt`` is null until its first use."""

    id: Id
    name: str
    createdAt: Time
    expiresAt: Time | None
    lastUsedAt: Time | None
    isExpired: bool


class ApiKeyList(TypedDict):
    """A user's API keys, oldest first."""

    data: list[ApiKeyEntry]


class KeySet(TypedDict):
    """A JSON Web Key Set (RFC 7517, section 5)."""

    keys: list[PublicKey]


def token_pair(tokens: Tokens) -> TokenPair:
    """Return the response of login and refresh."""
    return {
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "token_type": BEARER,
        "expires_in": tokens.expires_in,
    }


def profile(user: User, email: str | None) -> Profile:
    """Return the profile of ``user`` with the email that the caller may see."""
    return {"uuid": user.id, "name": user.display_name, "email": email}


def api_key_entry(key: ApiKey, now: datetime) -> ApiKeyEntry:
    """Return ``key`` as it is at ``now``."""
    return {
        "id": key.id,
        "name": key.name,
        "createdAt": to_wire(key.created_at),
        "expiresAt": to_wire(key.expires_at) if key.expires_at else None,
        "lastUsedAt": to_wire(key.last_used_at) if key.last_used_at else None,
        "isExpired": key.is_expired(now),
    }
