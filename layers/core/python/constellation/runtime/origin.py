"""The secrets that the CDN and the functions of a deployment share.

The CDN sends the first one with every request to the API, and the first one signs. All of them are accepted, so that a
secret can be replaced while requests are under way.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence

HEADER = "X-Origin-Verify"
"""The header in which the CDN sends the secret."""

VARIABLE = "ORIGIN_SECRETS"
"""The environment variable with the secrets, separated by commas. The stack sets it for what imports this module."""


def is_from_cdn(shown: str) -> bool:
    """Return whether a text is one of the secrets, in constant time. Raises KeyError without any secret."""
    return any(hmac.compare_digest(secret, shown.encode("utf-8", "surrogatepass")) for secret in _secrets())


def keys(purpose: str) -> Sequence[bytes]:
    """Return a key for a purpose from each secret, the first of which signs. Raises KeyError without any secret.

    A key reveals neither its secret nor the keys for other purposes (RFC 5869 calls the purpose ``info``).
    """
    return [hmac.digest(secret, purpose.encode(), hashlib.sha256) for secret in _secrets()]


def _secrets() -> list[bytes]:
    found = [secret.encode() for secret in os.environ[VARIABLE].split(",") if secret]
    if not found:
        raise KeyError(VARIABLE)
    return found
