"""What tokens and keys consist of: random secrets, their stored form, and the claims of an access token."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import Any, TypedDict

API_KEY_PATTERN = "sk_[0-9a-f]{64}"
ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of RFC 9068, section 2.1
_TIMES = (("iat", None), ("nbf", 0), ("exp", None))
REQUIRED_CLAIMS = ("iss", "aud", "exp", "iat", "sub", "jti")


@dataclass(frozen=True)
class AccessToken:
    """The verified content of an access token; ``session_id`` is None for one that an outside issuer signed."""

    user_id: str
    session_id: str | None


@dataclass(frozen=True)
class Tokens:
    """What a client holds of a session; ``expires_in`` is the access token's, in seconds."""

    access: str
    refresh: str
    expires_in: int


class PublicKey(TypedDict):
    """A JSON Web Key (RFC 7517) on P-256 (RFC 7518, 6.2.1)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    use: str
    alg: str


def new_refresh_token() -> str:
    """An opaque secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_key_secret() -> str:
    """``sk_`` and 64 hexadecimal digits: 256 random bits."""
    return f"sk_{secrets.token_hex(32)}"


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal: what is stored in a random secret's place. Random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def claims(
    user_id: str, session_id: str, token_id: str, issuer: str, audience: str, now: datetime, seconds: int
) -> dict[str, Any]:
    """The claims of a new access token (RFC 9068, section 2.2); the product is its own only client."""
    issued = int(now.timestamp())
    return {
        "iss": issuer,
        "aud": audience,
        "client_id": audience,
        "sub": user_id,
        "sid": session_id,
        "jti": token_id,
        "iat": issued,
        "exp": issued + seconds,
    }


def is_current(claims: Mapping[str, Any], now: datetime) -> bool:
    """Whether the claims hold at ``now``: issued, begun, not expired, without leeway."""
    moment = now.timestamp()
    issued, begins, expires = (_number(claims.get(name, absent)) for name, absent in _TIMES)
    return issued <= moment < expires and begins <= moment


def _number(value: object) -> float:
    """``value`` as a time; what is no number compares false with everything."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else nan
