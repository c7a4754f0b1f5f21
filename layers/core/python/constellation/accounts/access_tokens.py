"""Access tokens (RFC 9068): issued with the key in KMS, verified with public keys.

Besides its own, the product can trust the tokens of one outside OIDC issuer (settings ``oidc_*``): ES256 or RS256, for
``oidc_audience``, whose ``sub`` is the UUID of a user here.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from constellation.accounts.signing import SigningKey, encode, public_keys
from constellation.accounts.tokens import ACCESS_TOKEN_TYPE, REQUIRED_CLAIMS, AccessToken, PublicKey, claims, is_current
from constellation.common.ids import new_id, parse_id
from constellation.common.settings import Settings, settings

if TYPE_CHECKING:
    from jwt import PyJWKClient
    from jwt.types import Options


_OUTSIDE_ALGORITHMS = ["ES256", "RS256"]
_OUTSIDE_CLAIMS = ["iss", "aud", "exp", "iat", "sub"]
_OUTSIDE_TYPES = frozenset({ACCESS_TOKEN_TYPE, f"application/{ACCESS_TOKEN_TYPE}", "jwt"})
_FETCH_TIMEOUT = 3
_SIGNATURE = 64  # bytes: r and s


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
    try:
        read = _read(token)
    except (ValueError, RecursionError):
        return None
    issuer = read.claims.get("iss")
    if issuer == settings().token_issuer:
        return _own(read, now)
    if settings().oidc_issuer and issuer == settings().oidc_issuer:
        return _outside(token, read.header, now)
    return None


@dataclass(frozen=True)
class _Token:
    """A signed token taken apart (RFC 7515, section 3.1), nothing of it checked."""

    header: dict[str, Any]
    claims: dict[str, Any]
    message: bytes
    signature: bytes


def _read(token: str) -> _Token:
    """The parts of ``token``. ValueError where it is not spelled as its issuer would."""
    message, _, signature = token.rpartition(".")
    header, claims = (json.loads(_decoded(part)) for part in message.split("."))
    if not (isinstance(header, dict) and isinstance(claims, dict)):
        raise ValueError("not two objects")
    return _Token(cast("dict[str, Any]", header), cast("dict[str, Any]", claims), message.encode(), _decoded(signature))


def _own(read: _Token, now: datetime) -> AccessToken | None:
    """Ours have exactly the header that ``issue`` writes: one that proposes more (jku, jwk, crit …) is refused.

    The one algorithm of ours needs no library of tokens, whose import takes longer than all else that is done here.
    """
    header, content = read.header, read.claims
    keys = {key["kid"]: key for key in public_keys()}
    if header.keys() != {"alg", "typ", "kid"} or header["alg"] != "ES256":
        return None
    if str(header["kid"]) not in keys or str(header["typ"]).lower() != ACCESS_TOKEN_TYPE:
        return None
    if not _is_signed(read, keys[str(header["kid"])]):
        return None
    if any(content.get(name) is None for name in REQUIRED_CLAIMS) or content["aud"] != settings().token_audience:
        return None
    texts = (content["sub"], content.get("sid"), content["jti"])
    if not all(isinstance(text, str) for text in texts) or not is_current(content, now):
        return None
    return AccessToken(content["sub"], content["sid"])


def _is_signed(read: _Token, key: PublicKey) -> bool:
    """Whether ``key`` has made the ES256 signature (RFC 7518, section 3.4)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    if len(read.signature) != _SIGNATURE:
        return False
    r, s = (int.from_bytes(read.signature[start : start + _SIGNATURE // 2], "big") for start in (0, _SIGNATURE // 2))
    point = b"\x04" + _decoded(key["x"]) + _decoded(key["y"])
    public_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    try:
        public_key.verify(encode_dss_signature(r, s), read.message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    """The bytes of base64url without padding (RFC 7515, section 2). ValueError for any other spelling of them."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise ValueError("not base64url")
    return data


def _outside(token: str, header: dict[str, Any], now: datetime) -> AccessToken | None:
    import jwt

    chosen: Settings = settings()
    if str(header.get("typ", "jwt")).lower() not in _OUTSIDE_TYPES:
        return None
    try:
        content = jwt.decode(
            token,
            _outside_keys(chosen.oidc_jwks_url).get_signing_key(header.get("kid", "")),
            algorithms=_OUTSIDE_ALGORITHMS,
            audience=chosen.oidc_audience,
            issuer=chosen.oidc_issuer,
            options=_checks(),
        )
    except (jwt.PyJWTError, ValueError):
        return None
    user_id = parse_id(content["sub"])
    return AccessToken(user_id, None) if user_id and is_current(content, now) else None


@cache
def _outside_keys(url: str) -> "PyJWKClient":
    """The issuer's keys: kept for minutes, asked for again for an unknown ``kid`` at most every 30 s."""
    from jwt import PyJWKClient

    return PyJWKClient(url, timeout=_FETCH_TIMEOUT)


def _checks() -> "Options":
    """What PyJWT checks: not the times, for which it asks the clock; ``is_current`` is given the time."""
    return {"require": _OUTSIDE_CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}


def _segment(value: dict[str, Any]) -> str:
    return encode(json.dumps(value, separators=(",", ":")).encode())
