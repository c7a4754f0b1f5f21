"""Tokens of shares: each opens a share for an hour, after a view of it was counted.

A token is base64url without padding: 8 bytes with the end of its life in seconds and the version of the password, then
32 bytes of HMAC-SHA-256 over these and the share's id. So it opens this share alone, until its password changes. No
token is stored.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import datetime

from constellation.runtime import origin
from constellation.shares.model import TOKEN_SECONDS, Share

_PURPOSE = "shares"
_HEAD = struct.Struct(">II")


def issue(share: Share, now: datetime) -> str:
    """Return a token of a share, valid for TOKEN_SECONDS from ``now``."""
    head = _HEAD.pack(int(now.timestamp()) + TOKEN_SECONDS, share.password_version)
    return _text(head, share.id, origin.keys(_PURPOSE)[0])


def opens(token: str, share: Share, now: datetime) -> bool:
    """Return whether a token was issued for a share and its password of now, and has not expired."""
    try:
        data = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(data) != _HEAD.size + hashlib.sha256().digest_size:
        return False
    expires, version = _HEAD.unpack(data[: _HEAD.size])
    signed = any(hmac.compare_digest(token, _text(data[: _HEAD.size], share.id, key)) for key in origin.keys(_PURPOSE))
    return signed and now.timestamp() < expires and version == share.password_version


def _text(head: bytes, share_id: str, key: bytes) -> str:
    mac = hmac.new(key, head + share_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(head + mac).decode()
