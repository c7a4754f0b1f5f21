"""Let pages of every origin use the API (Fetch Standard, "CORS protocol"): credentials are headers, never cookies."""

from collections.abc import Mapping, Sequence

METHODS: Sequence[str] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""The methods that a page may use."""

ALLOWED: Sequence[str] = (
    "Authorization",
    "Content-Type",
    "Content-Digest",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Range",
    "Idempotency-Key",
)
"""The headers that a page may send."""

EXPOSED: Sequence[str] = (
    "Location",
    "Link",
    "ETag",
    "Retry-After",
    "Content-Disposition",
    "Content-Range",
    "Accept-Ranges",
    "Repr-Digest",
)
"""The headers that a page may read."""

MAX_AGE = 7200
"""Seconds for which a browser remembers the answer to a preflight. Chromium takes no more."""

_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}

ANSWER: Mapping[str, str] = {**_ANY_ORIGIN, "Access-Control-Expose-Headers": ", ".join(EXPOSED)}
"""The headers of every answer. They do not depend on the request, so that any cache may keep them."""

PREFLIGHT: Mapping[str, str] = {
    **_ANY_ORIGIN,
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": ", ".join(ALLOWED),
    "Access-Control-Max-Age": str(MAX_AGE),
}
"""The headers of the answer to a preflight."""
