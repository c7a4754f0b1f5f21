"""Evaluate conditions and ranges of requests on a whole response (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CONDITIONAL = frozenset(
    (b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since", b"if-range", b"range")
)
"""Request headers that are evaluated here, on the whole response, and not by the origin."""

_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})-([0-9]{0,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Selection:
    """The status of the response and the range of bytes in it; ``content_range`` is set for 206 and 416."""

    status: int
    first: int
    end: int
    content_range: str = ""


def select(asked: Mapping[str, str], etag: str, size: int) -> Selection:
    """Return what a GET or HEAD gets of ``size`` bytes with ``etag``, which may be "".

    ``asked`` holds the headers by their names in lower case. Several ranges, or an invalid range, get everything.
    """
    known = asked.get("if-none-match", "")
    if etag and (known.strip() == "*" or etag.removeprefix("W/") in _ENTITY_TAG.findall(known)):
        return Selection(304, 0, 0)
    matched = _RANGE.fullmatch(asked.get("range", "").strip())
    if matched is None or matched.groups() == ("", "") or asked.get("if-range", etag) != etag:
        return Selection(200, 0, size)
    first, last = matched.groups()
    if first and last and int(last) < int(first):
        return Selection(200, 0, size)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if start >= end:
        return Selection(416, 0, 0, f"bytes */{size}")
    return Selection(206, start, end, f"bytes {start}-{end - 1}/{size}")
