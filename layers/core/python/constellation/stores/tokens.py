"""Access tokens (RFC 9068): issued with the key in KMS, verified with public keys.

Besides its own, the product can trust the tokens of one outside OIDC issuer (settings ``oidc_*``): ES256 or RS256, for
``oidc_audience``, whose ``sub`` is the UUID of a user here.
"""

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from constellation.domain.ids import new_id, parse_id
from constellation.domain.tokens import ACCESS_TOKEN_TYPE, REQUIRED_CLAIMS, AccessToken, claims, is_current
from constellation.settings import Settings, settings
from constellation.stores.signing import SigningKey, encode, public_keys

if TYPE_CHECKING:
    from jwt import PyJWKClient
    from jwt.types import Options

_OUTSIDE_ALGORITHMS = ["ES256", "RS256"]
_OUTSIDE_CLAIMS = ["iss", "aud", "exp", "iat", "sub"]
_OUTSIDE_TYPES = frozenset({ACCESS_TOKEN_TYPE, f"application/{ACCESS_TOKEN_TYPE}", "jwt"})
_FETCH_TIMEOUT = 3


def issue(user_id: str, session_id: str, now: datetime) -> str:
    """A signed access token for a session, valid for ``access_token_seconds`` from ``now``."""
    key, chosen = SigningKey(), settings()
    header = {"alg": "ES256", "typ": ACCESS_TOKEN_TYPE, "kid": key.id}
    content = claims(
        user_id,
        session_id,
        new_id(),
        chosen.token_issuer,
        chosen.token_audience,
        now,
        chosen.access_token_seconds,
    )
    signed = f"{_segment(header)}.{_segment(content)}"
    return f"{signed}.{encode(key.sign(signed.encode()))}"


def verify(token: str, now: datetime) -> AccessToken | None:
    """What ``token`` says when everything about it is right at ``now``; None for anything else."""
    import jwt

    try:
        unverified = jwt.decode_complete(token, options={"verify_signature": False})
        header, issuer = unverified["header"], unverified["payload"].get("iss")
        if issuer == settings().token_issuer:
            return _own(token, header, now)
        if settings().oidc_issuer and issuer == settings().oidc_issuer:
            return _outside(token, header, now)
    except (jwt.PyJWTError, ValueError):
        return None
    return None


def _own(token: str, header: dict[str, Any], now: datetime) -> AccessToken | None:
    """Ours have exactly the header that ``issue`` writes: one that proposes more (jku, jwk, crit …) is refused."""
    import jwt

    keys = {key["kid"]: key for key in public_keys()}
    if header.keys() != {"alg", "typ", "kid"} or header["kid"] not in keys:
        return None
    if str(header["typ"]).lower() != ACCESS_TOKEN_TYPE:
        return None
    content = jwt.decode(
        token,
        jwt.PyJWK(dict(keys[header["kid"]])),
        algorithms=["ES256"],
        audience=settings().token_audience,
        issuer=settings().token_issuer,
        options=_checks(*REQUIRED_CLAIMS, "sid"),
    )
    return AccessToken(content["sub"], content["sid"]) if is_current(content, now) else None


def _outside(token: str, header: dict[str, Any], now: datetime) -> AccessToken | None:
    import jwt

    chosen: Settings = settings()
    if str(header.get("typ", "jwt")).lower() not in _OUTSIDE_TYPES:
        return None
    content = jwt.decode(
        token,
        _outside_keys(chosen.oidc_jwks_url).get_signing_key(header.get("kid", "")),
        algorithms=_OUTSIDE_ALGORITHMS,
        audience=chosen.oidc_audience,
        issuer=chosen.oidc_issuer,
        options=_checks(*_OUTSIDE_CLAIMS),
    )
    user_id = parse_id(content["sub"])
    return AccessToken(user_id, None) if user_id and is_current(content, now) else None


@cache
def _outside_keys(url: str) -> "PyJWKClient":
    """The issuer's keys: kept for minutes, asked for again for an unknown ``kid`` at most every 30 s."""
    from jwt import PyJWKClient

    return PyJWKClient(url, timeout=_FETCH_TIMEOUT)


def _checks(*required: str) -> "Options":
    """What PyJWT checks: not the times, for which it asks the clock; ``is_current`` is given the time."""
    return {"require": list(required), "verify_exp": False, "verify_iat": False, "verify_nbf": False}


def _segment(value: dict[str, Any]) -> str:
    return encode(json.dumps(value, separators=(",", ":")).encode())
