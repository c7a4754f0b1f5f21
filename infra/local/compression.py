"""Compress what the CDN would compress ("Serve compressed files", CloudFront developer guide), always with gzip."""

import gzip
import re
from collections.abc import Mapping

from infra.local.cache import Headers

LEAST, MOST = 1_000, 10_000_000
"""The bytes of a response that is compressed."""

_TYPES = frozenset(("application/json", "text/css", "text/html", "text/javascript"))
"""Those of CloudFront's types that the product sends."""

_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=([0-9.]+)\s*)?(?=,|$)", re.ASCII)


def takes_gzip(asked: Mapping[str, str]) -> bool:
    """Return whether a request gets a compressed response; the names of its headers are in lower case.

    Ranges are of the response as it is.
    """
    named = _GZIP.search(asked.get("accept-encoding", "").lower())
    return named is not None and bool((named[1] or "1").strip("0.")) and "range" not in asked


def compressed(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """Return a response compressed, or as it is if it is too small or too large, or of another type.

    A compressed response is another representation, so that its entity tag becomes a weak one.
    """
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    media_type = named.get("content-type", "").partition(";")[0].strip()
    if media_type not in _TYPES or not LEAST <= len(body) <= MOST or "content-encoding" in named:
        return headers, body
    kept: list[tuple[bytes, bytes]] = []
    for name, value in headers:
        if name.lower() == b"etag" and not value.startswith(b"W/"):
            kept.append((name, b"W/" + value))
        elif name.lower() not in (b"content-length", b"accept-ranges"):
            kept.append((name, value))
    data = gzip.compress(body, mtime=0)
    own = [(b"Content-Encoding", b"gzip"), (b"Content-Length", str(len(data)).encode("ascii"))]
    return [*kept, *own, (b"Vary", b"Accept-Encoding")], data
