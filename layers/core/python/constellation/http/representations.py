"""Answers of bytes with a validator: conditional requests and ranges (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Mapping

from constellation.http.endpoint import Reply
from constellation.http.request import Request

JSON = "application/json"

_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)


def representation(request: Request, data: bytes, etag: str, headers: Mapping[str, str]) -> Reply[bytes]:
    """200 with ``data``, 304 where the client has it, or 206 with the one range that it asks for.

    ``etag`` is strong and quoted. Ranges are given where ``headers`` announce them; several at once, and
    one that lies outside, are answered with everything, as the RFC allows.
    """
    headers = {**headers, "ETag": etag}
    if is_known(request, etag):
        return Reply(b"", headers, 304)
    wanted = _range(request, etag, len(data)) if "Accept-Ranges" in headers else None
    if wanted is None:
        return Reply(data, headers)
    first, last = wanted
    content_range = {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
    return Reply(data[first : last + 1], {**headers, **content_range}, 206)


def asks_for_json(request: Request) -> bool:
    """Whether Accept names ``application/json``, but to refuse it (RFC 9110, 12.5.1)."""
    ranges = [each.replace(" ", "").lower() for each in request.headers.get("accept", "").split(",")]
    named = [parameters for kind, _, parameters in (each.partition(";") for each in ranges) if kind == JSON]
    return any(not re.fullmatch(r"q=0(\.0{0,3})?", parameters) for parameters in named)


def is_known(request: Request, etag: str) -> bool:
    """Whether If-None-Match names ``etag``, compared weakly, or ``*``."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in _ENTITY_TAG.findall(known)


def _range(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of the one range asked for; None for all of them."""
    matched = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if matched is None or request.method != "GET" or request.headers.get("if-range", etag) != etag:
        return None
    first, last = matched.groups()
    if first:
        start, end = int(first), min(int(last or size), size - 1)
    elif last:
        start, end = max(size - int(last), 0), size - 1
    else:
        return None
    return (start, end) if start <= end else None
