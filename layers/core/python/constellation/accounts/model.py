"""Users, their API keys, scoped tokens, sessions and failed logins (contract, "Accounts")."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from constellation.common.errors import TooManyRequests, in_the_past
from constellation.common.ids import new_id

PASSWORD_MINIMUM = 8
PASSWORD_LIMIT = 1024
KEYS_PER_USER = 100
TOKENS_PER_USER = 100
"""The scoped tokens of a user that have not expired."""

NO_SUCH_USER = "User not found"
NO_SUCH_KEY = "API key not found"
NO_SUCH_TOKEN = "Token not found"  # noqa: S105


@dataclass(frozen=True)
class User:
    """A user. ``password_hash`` is an encoded Argon2id hash, which never leaves the product."""

    id: str
    email: str
    username: str | None
    display_name: str
    password_hash: str
    created_at: datetime


@dataclass(frozen=True)
class ApiKey:
    """What is known of an API key. The key itself is shown once and not kept."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    def is_expired(self, now: datetime) -> bool:
        """Return whether the key has expired at ``now``."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class KeyUse:
    """A use of a valid API key: whose it is, and when it expires, if ever."""

    user_id: str
    key_id: str
    expires_at: datetime | None


def new_api_key(name: str, expires_at: datetime | None, now: datetime) -> ApiKey:
    """Return a new API key. Raises Invalid for one that would have expired at ``now``."""
    key = ApiKey(new_id(), name, now, expires_at, None)
    if key.is_expired(now):
        raise in_the_past("expiresAt")
    return key


@dataclass(frozen=True)
class ScopedToken:
    """What is known of a scoped token. The token itself is shown once and not kept.

    With a ``constellation`` it is bound to that: everything else is hidden from it.
    """

    id: str
    user_id: str
    name: str
    scopes: Sequence[str]
    constellation: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        """Return whether the token has expired at ``now``."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class Session:
    """A login that has not ended. ``refresh`` is the digest of its one valid refresh token.

    ``refresh`` is None for a session that cannot be refreshed.
    """

    id: str
    user_id: str
    refresh: str | None


@dataclass(frozen=True)
class Tokens:
    """The tokens of a session that a client holds. The access token expires in ``expires_in`` seconds."""

    access: str
    refresh: str
    expires_in: int


@dataclass(frozen=True)
class VerifiedToken:
    """The content of a valid access token, which expires at ``expires`` (seconds since 1970).

    ``session_id`` is None for a token of the outside issuer.
    """

    user_id: str
    session_id: str | None
    expires: float


class PublicKey(TypedDict):
    """A JSON Web Key (RFC 7517) on the curve P-256 (RFC 7518, section 6.2.1)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    use: str
    alg: str


@dataclass(frozen=True)
class FailedLogins:
    """The failed logins of an account or network in one window of time, which ends at ``window_ends`` (epoch seconds).

    ``latest`` names the attempt that was counted last. A repeated write recognizes its own attempt by it.
    """

    count: int = 0
    window_ends: int = 0
    latest: str = ""

    def refuse(self, now: datetime, limit: int) -> None:
        """Raise TooManyRequests if there are ``limit`` failures in a window that has not ended."""
        left = self.window_ends - int(now.timestamp())
        if left > 0 and self.count >= limit:
            raise TooManyRequests("Too many failed logins", left)

    def and_one(self, attempt: str, now: datetime, window: int) -> "FailedLogins":
        """Return the failures with one more at ``now``. If no window is open, it opens one of ``window`` seconds."""
        moment = int(now.timestamp())
        if self.window_ends > moment:
            return FailedLogins(self.count + 1, self.window_ends, attempt)
        return FailedLogins(1, moment + window, attempt)
