"""The secrets that the CDN and the functions of one deployment share.

The CDN shows the first one with every request that it sends to the API, and the first one signs. All of them are
accepted, so that a new secret can follow an old one while requests are under way.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence

HEADER = "X-Origin-Verify"
"""The header in which the CDN shows the secret."""

VARIABLE = "ORIGIN_SECRETS"
"""Where a function finds the secrets, separated by commas. The stack sets it for whatever imports this module."""


def is_from_cdn(shown: str) -> bool:
    """Whether ``shown`` is one of the secrets, told in a time that does not depend on it. KeyError without any."""
    return any(hmac.compare_digest(secret, shown.encode("utf-8", "surrogatepass")) for secret in _secrets())


def keys(purpose: str) -> Sequence[bytes]:
    """A key from each secret for one purpose, of which the first signs. KeyError without any secret.

    Neither the secret nor the key for another purpose follows from it (RFC 5869 calls the purpose ``info``).
    """
    return [hmac.digest(secret, purpose.encode(), hashlib.sha256) for secret in _secrets()]


def _secrets() -> list[bytes]:
    found = [secret.encode() for secret in os.environ[VARIABLE].split(",") if secret]
    if not found:
        raise KeyError(VARIABLE)
    return found
