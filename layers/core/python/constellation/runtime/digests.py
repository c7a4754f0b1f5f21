"""Check the digests of what clients send, and tell those of files (RFC 9530). SHA-256 alone is known."""

import base64
import binascii
import hashlib
import re

from constellation.common.errors import BadRequest
from constellation.runtime.request import Request

HEADER = "Content-Digest"

_SHA_256 = re.compile(r"sha-256=:([A-Za-z0-9+/]*)={0,2}:[ ]*(?:;.*)?", re.ASCII)
"""A member of the field that holds a byte sequence (RFC 8941, 3.3.5), whose padding may be missing."""


def check_digest(request: Request) -> None:
    """Raise BadRequest if the request has a Content-Digest that is not its body's.

    Other algorithms and malformed values are ignored. Of several values the last counts (RFC 8941, 4.2.2).
    """
    told = request.headers.get(HEADER.lower(), "")
    if not told:
        return
    found = [member for each in told.split(",") if (member := _SHA_256.fullmatch(each.strip(" \t")))]
    if not found:
        return
    text: str = found[-1].group(1)
    try:
        digest = base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return
    if digest != hashlib.sha256(request.body).digest():
        raise BadRequest(f"{HEADER} does not match the body of the request")


def whole_file(sha256: str) -> dict[str, str]:
    """Return the header with the digest of a whole file, of which the answer may hold a part. ``sha256`` is hex."""
    return {"Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"}
