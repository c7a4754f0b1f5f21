"""What a file says of itself, read without decoding a pixel: so that a bomb is refused before it is opened.

A file that ends before its own structure does is Corrupt here, also where a decoder would shrug.
"""

import re
import struct
from collections.abc import Sequence
from typing import NamedTuple

from constellation.imaging.steps.faults import Corrupt
from constellation.imaging.steps.sniff import GIF, JPEG, PNG, WEBP

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A JPEG marker that is neither data nor a restart in it."""
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9

_SCAN_LIMIT = 32
"""A progressive JPEG has about ten scans; each costs a pass over all its pixels, also an empty one."""

_SEGMENT_LIMIT = 1000
"""A JPEG has some dozens of segments, 255 more for the longest profile; joining many costs their number squared."""

_ONCE = frozenset((b"IHDR", b"iCCP"))
"""Chunks that a PNG has once: the decoder believes the last header, and unpacks each profile."""


class Outline(NamedTuple):
    """Width and height in pixels, each frame's time in milliseconds, how often it plays (0: for ever).

    ``lossless`` tells a WebP made of lossless frames only.
    """

    width: int
    height: int
    durations: Sequence[int] = (0,)
    plays: int = 1
    lossless: bool = False

    @property
    def frames(self) -> int:
        """The number of frames; 1 for a still picture."""
        return len(self.durations)


def outline(data: bytes, media_type: str) -> Outline:
    """The outline of a file of one of the accepted types. Raises Corrupt."""
    try:
        return _READERS[media_type](data)
    except (struct.error, IndexError) as fault:
        raise Corrupt(media_type) from fault


def _jpeg(data: bytes) -> Outline:
    """The frame header, and every segment and scan to the end of the image (ITU-T T.81, B.1 and B.2)."""
    size, segments, scans, at = (0, 0), 0, 0, 2
    while marker := _MARKER.search(data, at):
        code, at = marker[0][1], marker.end()
        segments += 1
        if code == _END_OF_IMAGE:
            return Outline(*size)
        if code in _FRAME_HEADERS and not any(size):
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = width, height
        scans += code == _START_OF_SCAN
        if scans > _SCAN_LIMIT or segments > _SEGMENT_LIMIT:
            break
        at += int.from_bytes(data[at : at + 2], "big")
    raise Corrupt(JPEG)


def _png(data: bytes) -> Outline:
    """IHDR, and every chunk to IEND (W3C PNG, 5). An animated PNG counts as its first picture."""
    width, height = struct.unpack_from(">II", data, 16)
    if data[12:16] != b"IHDR":
        raise Corrupt(PNG)
    at, seen = 8, set[bytes]()
    while (name := data[at + 4 : at + 8]) != b"IEND":
        if name in seen:
            raise Corrupt(PNG)
        seen.update(_ONCE & {name})
        (length,) = struct.unpack_from(">I", data, at)
        at += 12 + length
    if len(data) < at + 12:
        raise Corrupt(PNG)
    return Outline(width, height)


def _webp(data: bytes) -> Outline:
    """Every chunk of the RIFF container (RFC 9649, 2)."""
    end = 8 + int.from_bytes(data[4:8], "little")
    size, plays, durations, coders = (0, 0), 1, list[int](), set[bytes]()
    for name, at, length in _riff_chunks(data, 12, end):
        if name == b"VP8X":
            size = _int24(data, at + 4) + 1, _int24(data, at + 7) + 1
        elif name == b"ANIM":
            (plays,) = struct.unpack_from("<H", data, at + 4)
        elif name == b"ANMF":
            durations.append(_int24(data, at + 12))
            coders.update(coder for coder, _, _ in _riff_chunks(data, at + 16, at + length))
        elif name in (b"VP8 ", b"VP8L"):
            coders.add(name)
            size = size if any(size) else _webp_size(data, name, at)
    return Outline(*size, durations or (0,), plays, b"VP8 " not in coders)


def _riff_chunks(data: bytes, at: int, end: int) -> list[tuple[bytes, int, int]]:
    """Name, place and length of each chunk's content."""
    chunks: list[tuple[bytes, int, int]] = []
    while at + 8 <= end:
        (length,) = struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > end:
            raise Corrupt(WEBP)
        chunks.append((data[at : at + 4], at + 8, length))
        at += 8 + length + length % 2
    return chunks


def _webp_size(data: bytes, coder: bytes, at: int) -> tuple[int, int]:
    if coder == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, at + 6)
        return width & 0x3FFF, height & 0x3FFF
    (bits,) = struct.unpack_from("<I", data, at + 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _int24(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")


def _gif(data: bytes) -> Outline:
    from constellation.imaging.steps import gif  # only a GIF pays for it

    parsed = gif.parse(data)
    return Outline(*parsed.size, [frame.delay * 10 for frame, _ in parsed.frames], parsed.plays)


_READERS = {JPEG: _jpeg, PNG: _png, WEBP: _webp, GIF: _gif}
