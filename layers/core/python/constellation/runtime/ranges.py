"""Conditional requests and ranges (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from constellation.runtime.endpoint import Reply
from constellation.runtime.request import Request

JSON = "application/json"

OUTSIDE = 416
"""The status for a range that lies outside of the representation (RFC 9110, 15.5.17)."""

PARTS: Mapping[int, type[bytes] | None] = {206: bytes, 304: None}
"""What answers to conditional requests and ranges can be beside 200, for the declaration of an endpoint."""

_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)


@dataclass(frozen=True)
class Part:
    """The answer to a request for a part of a representation: the status, the headers, and the numbers of the bytes."""

    status: int
    headers: Mapping[str, str]
    bytes: range


def part_of(request: Request, etag: str, size: int, *, refuses: bool = True) -> Part:
    """Return 200 with all bytes of a representation, 206 with the requested range, 304 if the client has it, or 416.

    ``etag`` is strong and quoted. Several ranges, and a range that is malformed or backwards, get all bytes, as the RFC
    allows. A range that lies outside is refused, or without ``refuses`` gets all bytes too.
    """
    headers = {"ETag": etag, "Accept-Ranges": "bytes"}
    if is_known(request, etag):
        return Part(304, headers, range(0))
    wanted = _range(request, etag, size)
    if wanted is None or not (wanted or refuses):
        return Part(200, headers, range(size))
    if not wanted:
        return Part(OUTSIDE, {**headers, "Content-Range": f"bytes */{size}"}, range(0))
    return Part(206, {**headers, **_content_range(wanted, size)}, wanted)


def representation(request: Request, data: bytes, etag: str, headers: Mapping[str, str]) -> Reply[bytes]:
    """Return 200 with ``data``, 304 if the client has it, or 206 with the requested range.

    Ranges are served only if ``headers`` announce them. A range that lies outside gets all bytes here, since a CDN
    would cache a refusal for as long as the picture.
    """
    headers = {**headers, "ETag": etag}
    if is_known(request, etag):
        return Reply(b"", headers, 304)
    wanted = _range(request, etag, len(data)) if "Accept-Ranges" in headers else None
    if not wanted:
        return Reply(data, headers)
    return Reply(data[wanted.start : wanted.stop], {**headers, **_content_range(wanted, len(data))}, 206)


def length_alone(size: int, headers: Mapping[str, str]) -> Reply[bytes]:
    """Return the answer to HEAD for a representation of ``size`` bytes, none of which was fetched."""
    return Reply(b"", {**headers, "Content-Length": str(size)})


def asks_for_json(request: Request) -> bool:
    """Return whether Accept names ``application/json`` and does not refuse it (RFC 9110, 12.5.1)."""
    ranges = [each.replace(" ", "").lower() for each in request.headers.get("accept", "").split(",")]
    named = [parameters for kind, _, parameters in (each.partition(";") for each in ranges) if kind == JSON]
    return any(not re.fullmatch(r"q=0(\.0{0,3})?", parameters) for parameters in named)


def is_known(request: Request, etag: str) -> bool:
    """Return whether If-None-Match names ``etag``, compared weakly, or ``*``."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in _ENTITY_TAG.findall(known)


def _content_range(numbers: range, size: int) -> dict[str, str]:
    return {"Content-Range": f"bytes {numbers[0]}-{numbers[-1]}/{size}"}


def _range(request: Request, etag: str, size: int) -> range | None:
    """Return the numbers of the bytes in the requested range, none if it lies outside. None stands for all bytes."""
    matched = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if matched is None or request.method != "GET" or request.headers.get("if-range", etag) != etag:
        return None
    first, last = matched.groups()
    if not first:
        return range(max(size - int(last), 0), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last or size), size - 1) + 1)
