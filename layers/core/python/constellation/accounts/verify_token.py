"""Verify access tokens: those that the product has issued, and those of an outside issuer if one is trusted."""

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import jwt

from constellation.accounts import outside_tokens, signing
from constellation.accounts.access_tokens import ACCESS_TOKEN_TYPE, ALGORITHM, is_current
from constellation.accounts.model import VerifiedToken
from constellation.common.settings import settings
from constellation.runtime.operation import operation

if TYPE_CHECKING:
    from jwt.types import Options

_REQUIRED_CLAIMS = ["iss", "aud", "exp", "iat", "sub", "sid", "jti"]


@operation(grants=[signing.PUBLISH])
def verify(token: str, now: datetime) -> VerifiedToken | None:
    """Return the content of a token if everything about it is right at ``now``, or None."""
    try:
        header, claims = _read(token)
    except (ValueError, RecursionError):
        return None
    issuer = claims.get("iss")
    if issuer == settings().token_issuer:
        return _own(token, header, now)
    if settings().oidc_issuer and issuer == settings().oidc_issuer:
        return outside_tokens.verify(token, header, now)
    return None


def _read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the claims of a signed token (RFC 7515, section 3.1), unverified.

    Raises ValueError where a part has another spelling in base64 than its issuer writes: two texts must not be one
    token.
    """
    first, second, _ = (_decoded(part) for part in token.split("."))
    header, claims = json.loads(first), json.loads(second)
    if not (isinstance(header, dict) and isinstance(claims, dict)):
        raise ValueError("not two objects")
    return cast("dict[str, Any]", header), cast("dict[str, Any]", claims)


def _decoded(part: str) -> bytes:
    """Return the bytes of base64url without padding (RFC 7515, section 2). ValueError for another spelling of them."""
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if signing.encode(data) != part:
        raise ValueError("not base64url")
    return data


def _own(token: str, header: dict[str, Any], now: datetime) -> VerifiedToken | None:
    """Verify a token of our own. It has exactly the header that ``issue`` writes.

    A header that proposes more (jku, jwk, crit …) is refused.
    """
    keys = {key["kid"]: key for key in signing.public_keys()}
    if header.keys() != {"alg", "typ", "kid"} or str(header["typ"]).lower() != ACCESS_TOKEN_TYPE:
        return None
    if str(header["kid"]) not in keys:
        return None
    try:
        claims = jwt.decode(
            token,
            jwt.PyJWK(dict(keys[header["kid"]]), ALGORITHM),
            algorithms=[ALGORITHM],
            audience=settings().token_audience,
            issuer=settings().token_issuer,
            options=_checks(),
        )
    except jwt.PyJWTError:
        return None
    is_right = isinstance(claims["sid"], str) and is_current(claims, now)
    return VerifiedToken(claims["sub"], claims["sid"], claims["exp"]) if is_right else None


def _checks() -> "Options":
    """Return what PyJWT checks. It reads the clock itself, so ``is_current`` checks the times in its place."""
    return {
        "require": _REQUIRED_CLAIMS,
        "strict_aud": True,
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }
