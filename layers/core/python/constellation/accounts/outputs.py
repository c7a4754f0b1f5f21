"""Responses of the account routes (contract, "Accounts")."""

from datetime import datetime
from typing import Final, Literal, TypedDict

from constellation.accounts.model import ApiKey, PublicKey, ScopedToken, Tokens, User
from constellation.common.ids import Id
from constellation.common.times import Time, to_wire
from constellation.runtime.scopes import ScopeName

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


class ScopedTokenFields(TypedDict):
    """What a scoped token is. ``constellation_uuid`` is null for a token that is bound to no constellation."""

    id: Id
    name: str
    scopes: list[ScopeName]
    constellation_uuid: Id | None
    createdAt: Time
    expiresAt: Time | None


class CreatedScopedToken(ScopedTokenFields):
    """A new scoped token. ``token`` is shown only in this response."""

    token: str


class ScopedTokenEntry(ScopedTokenFields):
    """A scoped token without the token itself.

    ``lastUsedAt`` is exact to an hour. It is null until the first use.
    """

    lastUsedAt: Time | None
    isExpired: bool


class ScopedTokenList(TypedDict):
    """A user's scoped tokens, oldest first."""

    data: list[ScopedTokenEntry]


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


def created_scoped_token(token: ScopedToken, secret: str) -> CreatedScopedToken:
    """Return a new ``token`` with its secret."""
    return {**_scoped_token(token), "token": secret}


def scoped_token_entry(token: ScopedToken, now: datetime) -> ScopedTokenEntry:
    """Return ``token`` as it is at ``now``."""
    used = to_wire(token.last_used_at) if token.last_used_at else None
    return {**_scoped_token(token), "lastUsedAt": used, "isExpired": token.is_expired(now)}


def _scoped_token(token: ScopedToken) -> ScopedTokenFields:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "constellation_uuid": token.constellation or None,
        "createdAt": to_wire(token.created_at),
        "expiresAt": to_wire(token.expires_at) if token.expires_at else None,
    }
