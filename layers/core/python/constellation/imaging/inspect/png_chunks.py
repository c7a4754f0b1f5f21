"""Read a PNG chunk by chunk (W3C PNG, third edition, 5), and choose what the decoder gets.

Everything that does not affect the pixels is dropped before the decoder sees it, so it may be damaged, short or large:
texts, times, whatever is unknown, and what follows the last row.
"""

import io
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from constellation.imaging.inspect.faults import Corrupt
from constellation.imaging.inspect.sniff import PNG

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_SIZE = 13
_FIRST, _SECOND = 8, 8 + 12 + _HEADER_SIZE
"""Where the first two chunks begin."""

_CHUNK_LIMIT = 50_000
"""The most chunks; each costs time, even an empty one. A file of 50 MB in pieces of 1 KB has as many."""

_GREY, _COLOUR, _PALETTE, _GREY_ALPHA, _COLOUR_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _COLOUR: 3, _PALETTE: 1, _GREY_ALPHA: 2, _COLOUR_ALPHA: 4}
_CLEAR = {_GREY: 2, _COLOUR: 6}
"""The bytes of the one colour that is clear, by the type of colour."""

_MOST_COLOURS = 256

MEANING = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
"""The chunks that say what colours mean; the first usable one counts (4.3)."""

_USED = frozenset({b"PLTE", b"tRNS", b"eXIf", *MEANING})

_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_ONE_PASS = ((0, 0, 1, 1),)
"""Where each pass of an interlaced picture begins, and its steps to the right and down (8.1)."""

_READ, _UNPACKED = 65536, 1_000_000
"""Bytes of a stream that are read at a time, and that are unpacked at most."""


class Png(NamedTuple):
    """What affects the pixels of a file; ``data`` is the file without anything else.

    ``meaning`` has the first sound chunk of each kind in MEANING; ``exif`` is the block that may ask for a turn.
    """

    data: bytes
    depth: int
    is_interlaced: bool
    exif: bytes | None
    meaning: Mapping[bytes, bytes]
    start: int
    rows: int

    def has_all_rows(self) -> bool:
        """Tell whether the stream of pixels, which begins at ``start``, has as many bytes as its ``rows`` take."""
        unpacker, count = zlib.decompressobj(), 0
        try:
            for at in range(self.start, len(self.data), _READ):
                piece = self.data[at : at + _READ]
                while piece and not unpacker.eof and count < self.rows:
                    count += len(unpacker.decompress(piece, _UNPACKED))
                    piece = unpacker.unconsumed_tail
        except zlib.error:
            return False
        return count + len(unpacker.flush()) >= self.rows


def size(data: bytes) -> tuple[int, int]:
    """Return width and height as the header says. Raises Corrupt where there is none."""
    width, height = struct.unpack_from(">II", _header(data))
    return width, height


def parse(data: bytes) -> Png:
    """Return the picture in a file. Raises Corrupt for what no decoder can read, and for too many chunks.

    The checksums of header and palette must be right; those of pixels are not checked. Any other chunk with a wrong
    checksum is ignored.
    """
    header = _header(data)
    width, height, depth, colour, interlaced = struct.unpack(">IIBBxxB", header)
    used, out, start = dict[bytes, bytes](), io.BytesIO(), 0
    view, at = memoryview(data), _SECOND
    for _ in range(_CHUNK_LIMIT):
        name, end = data[at + 4 : at + 8], at + 8 + int.from_bytes(data[at : at + 4], "big")
        if name == b"IEND" or not name.isalpha():
            break
        if name == b"IDAT":
            start = start or _begun(out, header, _colours(colour, used))
            out.write(view[at + 8 : end])
        elif name == b"IHDR":
            raise Corrupt(PNG)  # the decoder believes the last one
        elif name in _USED and name not in used and (not start or name == b"eXIf"):
            if zlib.crc32(view[at + 4 : end]) == int.from_bytes(data[end : end + 4], "big"):
                used[name] = data[at + 8 : end]
            elif name == b"PLTE":
                raise Corrupt(PNG)
        at = end + 4
    else:
        raise Corrupt(PNG)
    end = out.tell()
    out.write(bytes(4) + _chunk(b"IEND", b""))  # the decoder does not look at the checksum of pixels
    out.seek(max(start - 8, 0))
    out.write(struct.pack(">I", end - start))
    return Png(
        out.getvalue(),
        depth,
        bool(interlaced),
        used.get(b"eXIf"),
        {name: content for name, content in used.items() if name in MEANING},
        start,
        _bytes_of(width, height, _CHANNELS.get(colour, 0) * depth, _PASSES if interlaced else _ONE_PASS),
    )


def _begun(out: io.BytesIO, header: bytes, colours: Iterable[bytes]) -> int:
    """Write what comes before the pixels, which become one chunk; return where they begin."""
    out.write(b"".join((_SIGNATURE, _chunk(b"IHDR", header), *colours, bytes(4), b"IDAT")))
    return out.tell()


def _header(data: bytes) -> bytes:
    checked = data[_FIRST + 4 : _SECOND - 4]
    is_sound = len(data) >= _SECOND and data[_FIRST : _FIRST + 8] == struct.pack(">I4s", _HEADER_SIZE, b"IHDR")
    if not is_sound or zlib.crc32(checked) != int.from_bytes(data[_SECOND - 4 : _SECOND], "big"):
        raise Corrupt(PNG)
    return checked[4:]


def _colours(colour: int, used: Mapping[bytes, bytes]) -> list[bytes]:
    """Return the chunks of the palette and the clear colours, where the type of colour has them, in a valid length."""
    clear = used.get(b"tRNS", b"")
    if colour == _PALETTE:
        count = min(len(used.get(b"PLTE", b"")) // 3, _MOST_COLOURS)
        if not count:
            raise Corrupt(PNG)
        kept = [_chunk(b"PLTE", used[b"PLTE"][: 3 * count])]
        return [*kept, _chunk(b"tRNS", clear[:count])] if clear else kept
    return [_chunk(b"tRNS", clear)] if len(clear) == _CLEAR.get(colour) else []


def _bytes_of(width: int, height: int, bits: int, passes: tuple[tuple[int, int, int, int], ...]) -> int:
    """Return the bytes of all rows, filter bytes included, of pixels of so many ``bits`` (7.2)."""
    count = 0
    for left, top, right, down in passes:
        columns, rows = -(-(width - left) // right), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            count += rows * (1 + (columns * bits + 7) // 8)
    return count


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
