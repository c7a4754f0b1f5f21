"""Access tokens (RFC 9068): what they claim, and how they are issued with the key in KMS."""

import json
from collections.abc import Mapping
from datetime import datetime
from math import nan
from typing import Any

from constellation.accounts import signing
from constellation.common.ids import new_id
from constellation.common.settings import settings
from constellation.runtime.operation import operation

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of RFC 9068, section 2.1
ALGORITHM = "ES256"

_TIMES = (("iat", None), ("nbf", 0), ("exp", None))
"""The claims that are times, with the value that stands for a missing one."""


@operation(grants=[signing.SIGN])
def issue(user_id: str, session_id: str, now: datetime) -> str:
    """Return a signed access token for a session, valid for ``access_token_seconds`` from ``now``."""
    key = signing.signing_key()
    header = {"alg": ALGORITHM, "typ": ACCESS_TOKEN_TYPE, "kid": key.id}
    message = f"{_segment(header)}.{_segment(claims(user_id, session_id, now))}"
    return f"{message}.{signing.encode(key.sign(message.encode()))}"


def claims(user_id: str, session_id: str, now: datetime) -> dict[str, Any]:
    """Return the claims of a new access token (RFC 9068, section 2.2). The product is its own only client."""
    issued, chosen = int(now.timestamp()), settings()
    return {
        "iss": chosen.token_issuer,
        "aud": chosen.token_audience,
        "client_id": chosen.token_audience,
        "sub": user_id,
        "sid": session_id,
        "jti": new_id(),
        "iat": issued,
        "exp": issued + chosen.access_token_seconds,
    }


def is_current(claims: Mapping[str, Any], now: datetime) -> bool:
    """Return whether the claims hold at ``now``: issued, begun and not expired, without leeway."""
    moment = now.timestamp()
    issued, begins, expires = (_number(claims.get(name, absent)) for name, absent in _TIMES)
    return issued <= moment < expires and begins <= moment


def _number(value: object) -> float:
    """Return ``value`` as a time. What is no number becomes NaN, for which every comparison is false."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else nan


def _segment(value: dict[str, Any]) -> str:
    return signing.encode(json.dumps(value, separators=(",", ":")).encode())
