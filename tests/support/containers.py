"""Files of pictures, put together part by part, so that a part can be damaged or left out."""

import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.photographs import scaled
from tests.support.pictures import encoded

EOI = b"\xff\xd9"

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = (b"IHDR", b"iCCP", b"PLTE", b"tRNS", b"IDAT", b"IEND")
"""Those that an original may have, in their order."""

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name: bytes, content: bytes = b"", checksum: int | None = None) -> bytes:
    """A chunk of a PNG."""
    found = zlib.crc32(name + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", found)


def png(
    size: tuple[int, int],
    rows: bytes,
    *,
    depth: int = 8,
    colour: int = 2,
    interlaced: bool = False,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """A PNG of ``rows``, each with its filter's byte; a palette one has a palette of greys."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced))
    palette = chunk(b"PLTE", bytes(v for v in range(1 << depth) for _ in range(3))) if colour == 3 else b""
    return PNG_SIGNATURE + header + before + palette + chunk(b"IDAT", zlib.compress(rows)) + after + chunk(b"IEND")


def png_rows(size: tuple[int, int], depth: int, colour: int, *, interlaced: bool) -> list[bytes]:
    """Rows of noise, in the order of the file."""
    chance = random.Random(f"{size}{depth}{colour}")
    rows = list[bytes]()
    for left, top, right, down in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        columns = len(range(left, size[0], right))
        for _ in range(top, size[1], down) if columns else ():
            rows.append(b"\0" + chance.randbytes((columns * CHANNELS[colour] * depth + 7) // 8))
    return rows


def png_bytes(header: bytes) -> int:
    """The bytes of all rows of a PNG whose header has this content."""
    width, height, depth, colour, interlaced = struct.unpack(">IIBBxxB", header)
    count = 0
    for left, top, right, down in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        columns = len(range(left, width, right))
        row = 1 + (columns * CHANNELS[colour] * depth + 7) // 8
        count += row * len(range(top, height, down)) if columns else 0
    return count


def split_png(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The signature, and the name and content of each chunk."""
    chunks, at = list[tuple[bytes, bytes]](), 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return data[:8], chunks


def with_chunks(data: bytes, chunks: bytes) -> bytes:
    """A PNG with more chunks behind its header."""
    return data[:33] + chunks + data[33:]


def segment(code: int, content: bytes, length: int | None = None) -> bytes:
    """A segment of a JPEG, which may say another length than it has."""
    return bytes([0xFF, code]) + struct.pack(">H", len(content) + 2 if length is None else length) + content


def with_segments(data: bytes, segments: bytes) -> bytes:
    """A JPEG with more segments at its beginning."""
    return data[:2] + segments + data[2:]


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The marker and the bytes of each segment of a JPEG; data of a scan belongs to its header."""
    at = 2
    while data[at + 1] != 0xD9:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xDA:
            while data[end] != 0xFF or data[end + 1] in (0, *range(0xD0, 0xD8)):
                end += 1
        yield data[at + 1], data[at:end]
        at = end


def plane(seed: int, size: tuple[int, int] = (32, 32)) -> Image.Image:
    """A grey picture of smooth steps."""
    chance = random.Random(seed)
    return scaled(Image.frombytes("L", (4, 4), chance.randbytes(16)), size)


def jpeg_by_planes(
    qualities: tuple[int, int, int] = (90, 90, 90), *, numbers: tuple[int, int, int] = (0, 0, 0), restart: int = 0
) -> bytes:
    """A JPEG in colours of three scans, each component with tables of its own before its scan.

    ``numbers`` are those of the quantisation tables; components that share one find it changed. From the second scan on
    there is a restart after each ``restart`` blocks.
    """
    size, body = (32, 32), b""
    for index, (quality, number) in enumerate(zip(qualities, numbers, strict=True)):
        options = {"restart_marker_blocks": restart} if restart and index else {}
        single = encoded(plane(index + 1, size), "JPEG", quality=quality, optimize=True, **options)
        for code, content in segments(single):
            if code == 0xDB:
                body += content[:4] + bytes([number]) + content[5:]
            elif code in (0xC4, 0xDD):
                body += content
            elif code == 0xDA:
                body += content[:5] + bytes([index + 1]) + content[6:]
        if restart and index == 2:
            body += segment(0xDD, b"\0\0")
    layers = b"".join(bytes([index + 1, 0x11, number]) for index, number in enumerate(numbers))
    return b"\xff\xd8" + segment(0xC0, struct.pack(">BHHB", 8, *size, 3) + layers) + body + EOI


def scans(data: bytes) -> list[tuple[int, int]]:
    """Where the data of each scan of a JPEG begins and ends."""
    places, at = list[tuple[int, int]](), 2
    for code, content in segments(data):
        if code == 0xDA:
            places.append((at + 2 + int.from_bytes(content[2:4], "big"), at + len(content)))
        at += len(content)
    return places


def riff(*chunks: bytes, size: int | None = None) -> bytes:
    """A WebP, which may say another size than it has."""
    content = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content) if size is None else size) + content


def webp_chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a WebP."""
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def split_webp(data: bytes) -> list[bytes]:
    """The chunks of a WebP."""
    chunks, at = list[bytes](), 12
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        chunks.append(data[at : end + end % 2])
        at = end + end % 2
    return chunks


def holds_only_pixels(data: bytes) -> bool:
    """Whether a PNG or a WebP has nothing but pixels and their colours; true of other files.

    A PNG is looked into: its stream ends with its last row.
    """
    if data.startswith(b"RIFF"):
        names = {part[:4] for part in split_webp(data)}
        return names <= {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
    if not data.startswith(PNG_SIGNATURE):
        return True
    chunks = split_png(data)[1]
    names, found, unpacker = [name for name, _ in chunks], dict(chunks), zlib.decompressobj()
    rows = len(unpacker.decompress(found[b"IDAT"]))
    is_exact = unpacker.eof and not unpacker.unused_data and rows == png_bytes(found[b"IHDR"])
    return is_exact and names == [name for name in PNG_CHUNKS if name in found]
