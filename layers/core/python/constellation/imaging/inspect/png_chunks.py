"""Read a PNG chunk by chunk (W3C PNG, third edition, 5), and choose what the decoder gets.

Everything that does not affect the pixels is dropped before the decoder sees it, so it may be damaged, short or large:
texts, times, whatever is unknown, and what follows the last row.
"""

import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from constellation.imaging.inspect.sniff import PNG, Corrupt

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

_READ, _UNPACKED = 65536, 65535
"""Bytes of a stream that are read at a time, and that are unpacked at most."""

_END = 4 + 12
"""Bytes behind the pixels: their checksum, and the last chunk."""

_NAME_OF_PROFILE = b"ICC Profile\0\0"
"""What every profile is called, and how it is packed."""


class Png(NamedTuple):
    """What affects the pixels of a file; ``data`` is the file without anything else.

    ``header``, ``palette`` and ``clear`` are the contents of IHDR, PLTE and tRNS. ``exif`` is the block that may ask
    for a turn, ``meaning`` has the first sound chunk of each kind in MEANING. The pixels are packed in ``stream``; all
    rows of them have so many bytes.
    """

    data: bytes
    header: bytes
    palette: bytes
    clear: bytes
    exif: bytes | None
    meaning: Mapping[bytes, bytes]
    stream: memoryview
    rows: int

    @property
    def depth(self) -> int:
        """Return the bits of a sample."""
        return self.header[8]

    @property
    def is_interlaced(self) -> bool:
        """Tell whether the rows come in several passes."""
        return bool(self.header[12])

    def unpacked(self) -> Iterator[bytes]:
        """Yield the rows, piece by piece. Raises zlib.error, or Corrupt at last where more or less was packed.

        That is: a stream that does not end, or anything behind it.
        """
        unpacker, at = zlib.decompressobj(), 0
        while at < len(self.stream) and not unpacker.eof:
            piece: memoryview | bytes = self.stream[at : at + _READ]
            at += len(piece)
            while piece and not unpacker.eof:  # at its end, the unpacker may leave the tail as it was
                yield unpacker.decompress(piece, _UNPACKED)
                piece = unpacker.unconsumed_tail
        yield unpacker.flush()
        if not unpacker.eof or unpacker.unused_data or at < len(self.stream):
            raise Corrupt(PNG)

    def has_all_rows(self) -> bool:
        """Tell whether as many bytes as the rows take are packed, whatever follows them."""
        count = 0
        try:
            for piece in self.unpacked():
                count += len(piece)
                if count >= self.rows:
                    return True
        except (zlib.error, Corrupt):
            pass
        return False


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
    palette = clear = b""
    view, at = memoryview(data), _SECOND
    for _ in range(_CHUNK_LIMIT):
        name, end = data[at + 4 : at + 8], at + 8 + int.from_bytes(data[at : at + 4], "big")
        if name == b"IEND" or not name.isalpha():
            break
        if name == b"IDAT":
            if not start:
                palette, clear = _colours(colour, used)
                start = _begun(out, header, palette, clear)
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
    out.write(bytes(4) + _chunk(b"IEND"))  # the decoder does not look at the checksum of pixels
    out.seek(max(start - 8, 0))
    out.write(struct.pack(">I", end - start))
    content = out.getvalue()
    return Png(
        content,
        header,
        palette,
        clear,
        used.get(b"eXIf"),
        {name: content for name, content in used.items() if name in MEANING},
        memoryview(content)[start:-_END],
        _bytes_of(width, height, _CHANNELS.get(colour, 0) * depth, _PASSES if interlaced else _ONE_PASS),
    )


def written(parsed: Png, palette: bytes, clear: bytes, profile: bytes | None) -> bytes:
    """Return a file of the same header and stream of pixels, with these colours, and nothing else."""
    meaning = _chunk(b"iCCP", _NAME_OF_PROFILE + zlib.compress(profile)) if profile else b""
    pixels = b"IDAT", parsed.stream
    return b"".join(
        (
            *(_SIGNATURE, _chunk(b"IHDR", parsed.header), meaning, *_colour_chunks(palette, clear)),
            *(struct.pack(">I", len(parsed.stream)), *pixels),
            *(struct.pack(">I", zlib.crc32(parsed.stream, zlib.crc32(b"IDAT"))), _chunk(b"IEND")),
        )
    )


def _begun(out: io.BytesIO, header: bytes, palette: bytes, clear: bytes) -> int:
    """Write what comes before the pixels, which become one chunk; return where they begin."""
    out.write(b"".join((_SIGNATURE, _chunk(b"IHDR", header), *_colour_chunks(palette, clear), bytes(4), b"IDAT")))
    return out.tell()


def _header(data: bytes) -> bytes:
    checked = data[_FIRST + 4 : _SECOND - 4]
    is_sound = len(data) >= _SECOND and data[_FIRST : _FIRST + 8] == struct.pack(">I4s", _HEADER_SIZE, b"IHDR")
    if not is_sound or zlib.crc32(checked) != int.from_bytes(data[_SECOND - 4 : _SECOND], "big"):
        raise Corrupt(PNG)
    return checked[4:]


def _colours(colour: int, used: Mapping[bytes, bytes]) -> tuple[bytes, bytes]:
    """Return the palette and the clear colours, where the type of colour has them, in a valid length."""
    clear = used.get(b"tRNS", b"")
    if colour == _PALETTE:
        count = min(len(used.get(b"PLTE", b"")) // 3, _MOST_COLOURS)
        if not count:
            raise Corrupt(PNG)
        return used[b"PLTE"][: 3 * count], clear[:count]
    return b"", clear if len(clear) == _CLEAR.get(colour) else b""


def _colour_chunks(palette: bytes, clear: bytes) -> Iterable[bytes]:
    if palette:
        yield _chunk(b"PLTE", palette)
    if clear:
        yield _chunk(b"tRNS", clear)


def _bytes_of(width: int, height: int, bits: int, passes: tuple[tuple[int, int, int, int], ...]) -> int:
    """Return the bytes of all rows, filter bytes included, of pixels of so many ``bits`` (7.2)."""
    count = 0
    for left, top, right, down in passes:
        columns, rows = -(-(width - left) // right), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            count += rows * (1 + (columns * bits + 7) // 8)
    return count


def _chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
