"""Read a WebP chunk by chunk (RFC 9649, 2), and choose what the decoder gets.

The decoder takes a container only if it is exactly as long as it says. So it gets a new container, of the chunks that
are there; whatever else the file has may be damaged, short or large.
"""

import struct
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from constellation.imaging.inspect.sniff import WEBP, Corrupt

_CHUNK_LIMIT = 50_000
"""The most chunks; each costs the decoder time, even an empty one. A file of 50 MB in pieces of 1 KB has as many."""

_CODERS = (b"VP8 ", b"VP8L")
_PICTURE = (*_CODERS, b"ALPH")
_ONCE = (b"VP8X", b"ICCP", b"ANIM", b"EXIF")
_KNOWN = frozenset({*_PICTURE, *_ONCE, b"ANMF", b"XMP "})
_FRAME_HEAD = 16
_FIRST = 12


class WebP(NamedTuple):
    """The size of the canvas in pixels, how often the animation plays (0: for ever), each frame's milliseconds.

    ``durations`` is empty for a still picture; ``chunks`` has what affects the pixels. ``packed`` is the content of
    the one chunk with the pixels of a lossless still picture.
    """

    size: tuple[int, int]
    plays: int
    durations: Sequence[int]
    is_lossless: bool
    chunks: Sequence[bytes | memoryview]
    packed: memoryview | None


class _Chunk(NamedTuple):
    name: bytes
    start: int
    end: int
    is_whole: bool


HEAD = 30
"""Bytes at the beginning of a file that tell whether a still picture has transparency."""

_ALPHA, _PROFILE = 0x10, 0x20
_HAS_ALPHA = 1 << 28


def has_alpha(head: bytes) -> bool:
    """Tell by the first bytes of a still picture whether it has transparency (RFC 9649, 2.7 and 3.4)."""
    name = head[12:16]
    if name == b"VP8X":
        return bool(head[20] & _ALPHA)
    return name == b"VP8L" and bool(int.from_bytes(head[21:25], "little") & _HAS_ALPHA)


def parse(data: bytes, most_frames: int = sys.maxsize) -> WebP:
    """Return the chunks of a file up to its end, or to the first frame past ``most_frames``. Raises Corrupt.

    Every whole frame of an animation is kept; the first incomplete one ends it.
    """
    size, plays, durations, coders = (0, 0), 1, list[int](), set[bytes]()
    pictures = list[_Chunk]()
    kept, seen, view = list[bytes | memoryview](), set[bytes](), memoryview(data)
    budget = iter(range(_CHUNK_LIMIT))
    for chunk in _chunks(data, _FIRST, len(data), 8 + int.from_bytes(data[4:8], "little"), budget):
        name, start, end, is_whole = chunk
        if name == b"ANMF":
            inner = [part for part in _chunks(data, start + _FRAME_HEAD, end, end, budget) if part.name in _PICTURE]
            if not is_whole and not any(part.name in _CODERS and part.is_whole for part in inner):
                break
            durations.append(_int24(data, start + 12))
            if len(durations) > most_frames:
                break
            coders |= {part.name for part in inner}
            content = b"".join(piece for part in inner for piece in _written(view, part))
            kept += (struct.pack("<4sI", name, _FRAME_HEAD + len(content)), view[start : start + _FRAME_HEAD], content)
            continue
        if name in _PICTURE:
            if not is_whole:
                raise Corrupt(WEBP)
            coders.add(name)
            pictures.append(chunk)
            size = size if any(size) or name == b"ALPH" else _size(data, name, start)
        elif name not in _ONCE or name in seen:
            continue
        elif name == b"VP8X":
            size = _int24(data, start + 4) + 1, _int24(data, start + 7) + 1
        elif name == b"ANIM":
            (plays,) = struct.unpack_from("<H", data, start + 4)
        seen.add(name)
        kept += _written(view, chunk)
    if not (coders or durations):
        raise Corrupt(WEBP)
    is_one = len(pictures) == 1 and pictures[0].name == b"VP8L" and not durations
    packed = view[pictures[0].start : pictures[0].end] if is_one else None
    return WebP(size, plays, durations, b"VP8 " not in coders, kept, packed)


def written(parsed: WebP) -> bytes:
    """Return a file of nothing but the chunks."""
    return _riff(parsed.chunks)


def lossless(packed: bytes | memoryview, profile: bytes | None, *, has_alpha: bool) -> bytes:
    """Return a file of the pixels of a lossless picture, which say themselves whether they have transparency (3.4)."""
    (bits,) = struct.unpack_from("<I", packed, 1)
    width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    bits = bits & ~_HAS_ALPHA | has_alpha * _HAS_ALPHA
    picture = packed[:1], struct.pack("<I", bits), packed[5:], bytes(len(packed) % 2)
    pixels = struct.pack("<4sI", b"VP8L", len(packed)), *picture
    if not profile:
        return _riff(pixels)
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    head = struct.pack("<4sIBxxx", b"VP8X", 10, _PROFILE | has_alpha * _ALPHA) + sides
    return _riff((head, struct.pack("<4sI", b"ICCP", len(profile)), profile, bytes(len(profile) % 2), *pixels))


def _riff(chunks: Sequence[bytes | memoryview]) -> bytes:
    return b"".join((struct.pack("<4sI4s", b"RIFF", 4 + sum(map(len, chunks)), b"WEBP"), *chunks))


def picture(data: bytes) -> bytes:
    """Return the chunks with the pixels of a still picture that an encoder has just written."""
    view = memoryview(data)
    chunks = _chunks(data, _FIRST, len(data), len(data), iter(range(_CHUNK_LIMIT)))
    return b"".join(piece for chunk in chunks if chunk.name in _PICTURE for piece in _written(view, chunk))


def _chunks(data: bytes, at: int, end: int, said: int, budget: Iterator[int]) -> Iterator[_Chunk]:
    """Yield each chunk of ``data`` up to ``end``. Raises Corrupt when the budget is used up.

    The container says that it ends at ``said``. Past that, only chunks with the names of WebP's are taken for its own.
    """
    while at + 8 <= end:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at >= said and name not in _KNOWN:
            return
        if next(budget, None) is None:
            raise Corrupt(WEBP)
        start, at = at + 8, at + 8 + length + length % 2
        yield _Chunk(name, start, min(start + length, end), start + length <= end)


def _written(view: memoryview, chunk: _Chunk) -> Iterator[bytes | memoryview]:
    length = chunk.end - chunk.start
    yield struct.pack("<4sI", chunk.name, length)
    yield view[chunk.start : chunk.end]
    yield bytes(length % 2)


def _size(data: bytes, coder: bytes, at: int) -> tuple[int, int]:
    if coder == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, at + 6)
        return width & 0x3FFF, height & 0x3FFF
    (bits,) = struct.unpack_from("<I", data, at + 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _int24(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")
