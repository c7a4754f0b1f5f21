"""JPEG segment by segment (ITU-T T.81, B.1): what a decoder is given of a file, and what it is not."""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from constellation.imaging.steps.faults import Corrupt

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A marker that is neither data nor a restart in it."""

_SEGMENT_LIMIT = 1000
"""A JPEG has some dozens of segments, 255 more for the longest profile."""

_START_OF_IMAGE = b"\xff\xd8"
_HEAD = 4
"""Bytes of a segment before its content: the marker and the length."""

_NAMELESS: tuple[bytes, ...] = ()
_NEEDED = {0xE0: (b"JFIF\0",), 0xE2: (b"ICC_PROFILE\0",), 0xEE: (b"Adobe",)}
"""The application segments, by marker and name, that say what the numbers of the picture mean."""
_ASIDE = (*range(0xE0, 0xF0), 0xFE)
"""Application segments and comments."""
_EXIF, _EXIF_NAME = 0xE1, b"Exif\0\0"


class Segment(NamedTuple):
    """A marker's code, and where its segment begins, at the marker, and ends; a scan ends where its data begins."""

    code: int
    start: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """Every segment up to the end of the image. Raises Corrupt where that is missing, and for too many segments."""
    at = 2
    for _ in range(_SEGMENT_LIMIT):
        marker = _MARKER.search(data, at)
        if not marker:
            break
        code, at = marker[0][1], marker.end()
        if code == END_OF_IMAGE:
            yield Segment(code, marker.start(), at)
            return
        (length,) = struct.unpack_from(">H", data, at)
        at += length
        yield Segment(code, marker.start(), at)
    raise Corrupt("JPEG")


def bare(data: bytes) -> tuple[bytes, bytes | None]:
    """The file without what no decoder needs, and its EXIF block if it has one.

    Pillow parses previews, comments and the like in Python, at any cost, though nothing of them is used.
    """
    kept, exif = [_START_OF_IMAGE], None
    for code, start, end in segments(data):
        if code == START_OF_SCAN:
            kept.append(data[start:])
            break
        content = start + _HEAD
        if code not in _ASIDE or data.startswith(_NEEDED.get(code, _NAMELESS), content):
            kept.append(data[start:end])
        elif code == _EXIF and exif is None and data.startswith(_EXIF_NAME, content):
            exif = data[content:end]
    return b"".join(kept), exif
