"""Sign links: HMAC-SHA-256 over what a link names and until when, verified by the CDN's edge function.

The keys are derived from the secrets that the CDN and the functions share. The first one signs, and the edge accepts
all of them, so that a secret can be replaced while links are valid.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from constellation.runtime import origin

_PURPOSE = "links"


def keys() -> Sequence[str]:
    """Return the keys, the first of which signs."""
    return [_text(key) for key in origin.keys(_PURPOSE)]


def signature(key: str, name: str, expires: int, share: str = "") -> str:
    """Return the signature of a link with this key of a rendition that expires at a time in seconds, in base64url.

    ``share``, if it is named, is what the link ends with before it expires.
    """
    said = f"{name}?exp={expires}" + (f"&share={share}" if share else "")
    return _text(hmac.digest(key.encode(), said.encode(), hashlib.sha256))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
