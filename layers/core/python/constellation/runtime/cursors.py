"""The form of cursors: a position between two pages of a list, signed for one reader and one list.

A cursor is base64url (RFC 4648, 5) without padding: 16 bytes of HMAC-SHA-256, then the position as text.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

_MAC_BYTES = 16
_FORWARD, _BACKWARD = "f", "b"
_PAST, _AT = ">", "="


@dataclass(frozen=True)
class Cursor:
    """A position in a list and the direction to read in from there. ``inclusive`` reads the position itself too."""

    position: str
    backward: bool = False
    inclusive: bool = False


def write(cursor: Cursor, key: bytes, scope: str) -> str:
    """Return a cursor as text. It can be read only with the same ``scope``, which names the reader and the list."""
    text = f"{_BACKWARD if cursor.backward else _FORWARD}{_AT if cursor.inclusive else _PAST}{cursor.position}".encode()
    return base64.urlsafe_b64encode(_mac(text, key, scope) + text).rstrip(b"=").decode("ascii")


def read(text: str, keys: Sequence[bytes], scope: str) -> Cursor | None:
    """Return the cursor that ``write`` made for this scope with one of these keys, or None for any other text."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mac, content = data[:_MAC_BYTES], data[_MAC_BYTES:]
    key = next((key for key in keys if hmac.compare_digest(mac, _mac(content, key, scope))), None)
    if key is None:
        return None
    said = content.decode()
    cursor = Cursor(said[2:], backward=said[0] == _BACKWARD, inclusive=said[1] == _AT)
    # The last character of base64 can hold bits that are not part of the data.
    return cursor if write(cursor, key, scope) == text else None


def _mac(text: bytes, key: bytes, scope: str) -> bytes:
    return hmac.new(key, hashlib.sha256(scope.encode()).digest() + text, hashlib.sha256).digest()[:_MAC_BYTES]
