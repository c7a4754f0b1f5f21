"""Digest fields (RFC 9530) in tests."""

import base64
import hashlib


def digest_of(data: bytes, algorithm: str = "sha-256") -> str:
    """Return the value of a Content-Digest or Repr-Digest."""
    made = hashlib.new(algorithm.replace("-", ""), data).digest()
    return f"{algorithm}=:{base64.b64encode(made).decode()}:"
