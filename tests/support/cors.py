"""What the contract lets pages of other origins do ("Every client"), written out."""

from collections.abc import Mapping

EXPOSED = "Location, Link, ETag, Retry-After, Content-Disposition, Content-Range, Accept-Ranges, Repr-Digest"

OPEN = {"access-control-allow-origin": "*", "access-control-expose-headers": EXPOSED}
"""The headers of every answer."""

PREFLIGHT = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": (
        "Authorization, Content-Type, Content-Digest, If-Match, If-None-Match, If-Range, Range, Idempotency-Key"
    ),
    "access-control-max-age": "7200",
}

EMBEDDING = {"cross-origin-resource-policy": "cross-origin", "timing-allow-origin": "*"}

PREFLIGHTS: Mapping[str, Mapping[str, str]] = {
    "as browsers ask": {
        "origin": "https://elsewhere.example",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization,content-type",
    },
    "without an origin": {"access-control-request-method": "GET"},
    "of no origin": {"origin": "null", "access-control-request-method": "GET"},
    "of an odd method": {"origin": "https://elsewhere.example", "access-control-request-method": "B R/E\tW"},
    "of odd headers": {"origin": "x", "access-control-request-headers": ",,a b, *, Cookie, " + "x" * 4000},
    "with a credential": {"origin": "null", "authorization": "Bearer not.a.token", "cookie": "a=b"},
    "of nothing": {},
}
"""Preflights, all of which get the same answer."""


def is_open(headers: Mapping[str, str]) -> bool:
    """Whether an answer, with names in lower case, is one that pages of every origin can read."""
    return headers.items() >= OPEN.items() and "access-control-allow-credentials" not in headers
