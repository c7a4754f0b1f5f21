"""Which part of a whole answer a request asks for: conditions and ranges (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CONDITIONAL = frozenset(
    (b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since", b"if-range", b"range")
)
"""Request headers that are answered here, from the whole, and not by the origin."""

_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})-([0-9]{0,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Selection:
    """The answer's status and the bytes of the whole that it carries; ``content_range`` for 206 and 416."""

    status: int
    first: int
    end: int
    content_range: str = ""


def select(asked: Mapping[str, str], etag: str, size: int) -> Selection:
    """What a GET or HEAD with the headers ``asked`` (names lowered) gets of ``size`` bytes with ``etag`` (may be "").

    Several ranges at once, and what is no range, get everything.
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
