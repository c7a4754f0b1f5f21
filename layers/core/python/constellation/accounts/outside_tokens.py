"""Access tokens of one outside OIDC issuer that the product can trust (settings ``oidc_*``).

They are signed by ES256 or RS256 for ``oidc_audience``. Their ``sub`` is the UUID of a user here.
"""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt

from constellation.accounts.access_tokens import ACCESS_TOKEN_TYPE, is_current
from constellation.accounts.model import VerifiedToken
from constellation.common.ids import parse_id
from constellation.common.settings import settings

if TYPE_CHECKING:
    from jwt.types import Options

_ALGORITHMS = ["ES256", "RS256"]
_REQUIRED_CLAIMS = ["iss", "aud", "exp", "iat", "sub"]
_TYPES = frozenset({ACCESS_TOKEN_TYPE, f"application/{ACCESS_TOKEN_TYPE}", "jwt"})
_FETCH_TIMEOUT = 3


def verify(token: str, header: dict[str, Any], now: datetime) -> VerifiedToken | None:
    """Return the content of a token of the outside issuer if everything about it is right at ``now``, or None."""
    chosen = settings()
    if str(header.get("typ", "jwt")).lower() not in _TYPES:
        return None
    try:
        claims = jwt.decode(
            token,
            _keys(chosen.oidc_jwks_url).get_signing_key(header.get("kid", "")),
            algorithms=_ALGORITHMS,
            audience=chosen.oidc_audience,
            issuer=chosen.oidc_issuer,
            options=_checks(),
        )
    except (jwt.PyJWTError, ValueError):
        return None
    user_id = parse_id(claims["sub"])
    return VerifiedToken(user_id, None, claims["exp"]) if user_id and is_current(claims, now) else None


@cache
def _keys(url: str) -> jwt.PyJWKClient:
    """Return the issuer's keys. They are kept for minutes; an unknown ``kid`` asks for them at most every 30 s."""
    return jwt.PyJWKClient(url, timeout=_FETCH_TIMEOUT)


def _checks() -> "Options":
    """Return what PyJWT checks. It reads the clock itself, so ``is_current`` checks the times in its place."""
    return {"require": _REQUIRED_CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
