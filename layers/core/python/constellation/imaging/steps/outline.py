"""What a file says of itself, read without decoding a pixel: so that a bomb is refused before it is opened.

A file that ends before its own structure does is Corrupt here, also where a decoder would shrug.
"""

import struct
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from constellation.imaging.steps import jpeg
from constellation.imaging.steps.faults import Corrupt
from constellation.imaging.steps.sniff import GIF, JPEG, PNG, WEBP

_SCAN_LIMIT = 32
"""A progressive JPEG has about ten scans; each costs a pass over all its pixels, also an empty one."""

_CHUNK_LIMIT = 50_000
"""Chunks of a PNG or a WebP; each costs the decoders time, also an empty one. 50 MB in pieces of 1 KB are as many."""

_MOST = {b"IHDR": 1, b"iCCP": 1, b"zTXt": 100, b"iTXt": 100}
"""How often a PNG has a chunk: the decoder believes the last header, and unpacks each profile and text."""


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


def outline(data: bytes, media_type: str, most_frames: int = sys.maxsize) -> Outline:
    """The outline of a file of one of the accepted types. Raises Corrupt.

    Nothing is read behind the first frame past ``most_frames``: the outline then has one frame more than that.
    """
    try:
        if media_type == GIF:
            return _gif(data, most_frames)
        return _webp(data, most_frames) if media_type == WEBP else _STILLS[media_type](data)
    except (struct.error, IndexError) as fault:
        raise Corrupt(media_type) from fault


def _jpeg(data: bytes) -> Outline:
    """The frame header, and every segment and scan to the end of the image (ITU-T T.81, B.1 and B.2)."""
    size, scans = (0, 0), 0
    for code, start, _ in jpeg.segments(data):
        if code in jpeg.FRAME_HEADERS:
            if any(size):
                raise Corrupt(JPEG)  # the decoder believes the last one
            height, width = struct.unpack_from(">HH", data, start + 5)
            size = width, height
        scans += code == jpeg.START_OF_SCAN
        if scans > _SCAN_LIMIT:
            raise Corrupt(JPEG)
    return Outline(*size)


def _png(data: bytes) -> Outline:
    """IHDR, and every chunk to IEND (W3C PNG, 5). An animated PNG counts as its first picture."""
    width, height = struct.unpack_from(">II", data, 16)
    if data[12:16] != b"IHDR":
        raise Corrupt(PNG)
    at, seen = 8, Counter[bytes]()
    for _ in range(_CHUNK_LIMIT):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            break
        if name in _MOST:
            seen[name] += 1
            if seen[name] > _MOST[name]:
                raise Corrupt(PNG)
    else:
        raise Corrupt(PNG)
    if len(data) < at:
        raise Corrupt(PNG)
    return Outline(width, height)


def _webp(data: bytes, most_frames: int) -> Outline:
    """Every chunk of the RIFF container (RFC 9649, 2)."""
    size, plays, durations, coders = (0, 0), 1, list[int](), set[bytes]()
    for number, (name, at) in enumerate(_webp_chunks(data)):
        if number == _CHUNK_LIMIT:
            raise Corrupt(WEBP)
        if name == b"VP8X":
            size = _int24(data, at + 4) + 1, _int24(data, at + 7) + 1
        elif name == b"ANIM":
            (plays,) = struct.unpack_from("<H", data, at + 4)
        elif name == b"ANMF":
            durations.append(_int24(data, at + 12))
            if len(durations) > most_frames:
                break
        elif name in (b"VP8 ", b"VP8L"):
            coders.add(name)
            size = size if any(size) else _webp_size(data, name, at)
    return Outline(*size, durations or (0,), plays, b"VP8 " not in coders)


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Name and place of the content of each chunk, those inside of a frame right after it."""
    for name, at, length in _riff_chunks(data, 12, 8 + int.from_bytes(data[4:8], "little")):
        yield name, at
        if name == b"ANMF":
            yield from ((inner, place) for inner, place, _ in _riff_chunks(data, at + 16, at + length))


def _riff_chunks(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of each chunk's content."""
    while at + 8 <= end:
        (length,) = struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > end:
            raise Corrupt(WEBP)
        yield data[at : at + 4], at + 8, length
        at += 8 + length + length % 2


def _webp_size(data: bytes, coder: bytes, at: int) -> tuple[int, int]:
    if coder == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, at + 6)
        return width & 0x3FFF, height & 0x3FFF
    (bits,) = struct.unpack_from("<I", data, at + 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _int24(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")


def _gif(data: bytes, most_frames: int) -> Outline:
    from constellation.imaging.steps import gif  # only a GIF pays for it

    parsed = gif.parse(data, most_frames)
    return Outline(*parsed.size, [frame.delay * 10 for frame, _ in parsed.frames], parsed.plays)


_STILLS = {JPEG: _jpeg, PNG: _png}
