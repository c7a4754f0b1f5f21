"""Files of very many small parts: what is done for them, and kept of them, is bounded while they are read."""

import struct
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image

from constellation.common.errors import Invalid
from constellation.imaging.clean import Limits, clean
from constellation.imaging.inspect import gif_blocks
from constellation.imaging.inspect.outline import outline
from tests import photographs
from tests.support.pictures import distance, encoded, opened

LIMITS = Limits(size_limit=50_000_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)
CORRUPT = "image: The image file is corrupted."
FRAMES = "image: The image has too many frames (more than 256 frames). Maximum amount expected is 256 frames."


def outcome(data: bytes) -> str:
    """The size of the picture, or what it is refused for."""
    try:
        picture = clean(data, field="image", limits=LIMITS)
        return f"{picture.width} x {picture.height}"
    except Invalid as refusal:
        return f"{refusal}"


def calls(doing: Callable[[], object]) -> int:
    """How many functions are called, those of libraries too."""
    made = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        doing()
    finally:
        sys.setprofile(None)
    return made


@contextmanager
def peak() -> Generator[list[int]]:
    """The most bytes that Python's objects take inside, besides those that are there before; known afterwards."""
    found = list[int]()
    tracemalloc.start()
    try:
        yield found
        found.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def plain(kind: str, **options: Any) -> bytes:
    return encoded(Image.new("RGB" if kind != "GIF" else "P", (10, 10)), kind, **options)


def gif_of(*, blocks: bytes = b"", ending: bytes = b"") -> bytes:
    """A GIF with more before its only frame, and at the end of that frame's data."""
    data = plain("GIF")
    at = data.index(b",\0\0\0\0")
    return data[:at] + blocks + data[at:-2] + ending + data[-2:]


def riff(*chunks: bytes) -> bytes:
    content = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def webp_chunk(name: bytes, content: bytes = b"") -> bytes:
    return name + struct.pack("<I", len(content)) + content


def webp_of(chunks: bytes) -> bytes:
    return riff(webp_chunk(b"VP8X", bytes(4) + b"\x09\0\0" * 2), plain("WEBP")[12:], chunks)


def webp_frames(count: int, inside: bytes = b"") -> bytes:
    canvas = webp_chunk(b"VP8X", b"\x02" + bytes(9))
    return riff(canvas, webp_chunk(b"ANIM", bytes(6)), webp_chunk(b"ANMF", bytes(16) + inside) * count)


def png_chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(*, before: bytes = b"", pixels: bytes = b"", after: bytes = b"", side: int = 10) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    pixels = pixels or png_chunk(b"IDAT", zlib.compress(bytes(side * (side + 1))))
    return b"\x89PNG\r\n\x1a\n" + header + before + pixels + after + png_chunk(b"IEND")


def idats_of_one_byte() -> bytes:
    rows = zlib.compress(bytes(250 * 251), 0)
    return png_of(pixels=b"".join(png_chunk(b"IDAT", rows[at : at + 1]) for at in range(len(rows))), side=250)


def texts_that_break_off(count: int) -> bytes:
    """Each unpacks to a megabyte before it turns out to be none."""
    packer = zlib.compressobj(9)
    broken = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH) + b"\xff" * 4
    return png_chunk(b"zTXt", b"a\0\0" + broken) * count


def segment(code: int, content: bytes) -> bytes:
    return bytes([0xFF, code]) + struct.pack(">H", len(content) + 2) + content


def jpeg_of(segments: bytes) -> bytes:
    data = plain("JPEG")
    return data[:2] + segments + data[2:]


POISON: dict[str, tuple[Callable[[], bytes], str]] = {
    "GIF frames": (lambda: gif_of(blocks=(b"," + bytes(4) + b"\1\0\1\0\0" + b"\2\0") * 200_000), FRAMES),
    "GIF extensions": (lambda: gif_of(blocks=b"!\1\0" * 1_100_000), CORRUPT),
    "GIF data byte by byte": (lambda: gif_of(ending=b"\1\0" * 1_100_000), CORRUPT),
    "WebP frames": (lambda: webp_frames(200_000), FRAMES),
    "WebP chunks": (lambda: webp_of(webp_chunk(b"abcd") * 60_000), CORRUPT),
    "WebP chunks in a frame": (lambda: webp_frames(1, webp_chunk(b"abcd") * 60_000), CORRUPT),
    "PNG chunks": (lambda: png_of(before=png_chunk(b"abCd") * 60_000), CORRUPT),
    "PNG chunks at the end": (lambda: png_of(after=png_chunk(b"abCd") * 60_000), CORRUPT),
    "PNG frames": (lambda: png_of(after=png_chunk(b"fcTL", bytes(26)) * 60_000), CORRUPT),
    "PNG data byte by byte": (idats_of_one_byte, CORRUPT),
    "PNG texts": (lambda: png_of(before=texts_that_break_off(200)), "10 x 10"),
    "PNG profile": (lambda: png_of(before=png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000)))), "10 x 10"),
    "JPEG segments": (lambda: jpeg_of(b"\xff\xe5\0\2" * 60_000), CORRUPT),
    "JPEG filling": (lambda: jpeg_of(b"\xff" * 1_000_000), "10 x 10"),
    "JPEG resources": (
        lambda: jpeg_of(segment(0xED, b"Photoshop 3.0\0" + b"8BIM" + bytes(8) + b"8BIM\0\1\0\0\0\0\0\0" * 5000) * 20),
        "10 x 10",
    ),
    "JPEG previews": (lambda: jpeg_of(segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + bytes(65_000)) * 100), "10 x 10"),
}


@pytest.mark.parametrize("name", POISON)
def test_many_small_parts_cost_little(name: str) -> None:
    made, expected = POISON[name]
    data = made()
    with peak() as most:
        assert outcome(data) == expected
    assert most[0] < len(data) * 2.5 + 1_000_000
    if "byte by byte" not in name and name != "GIF extensions":  # that many blocks are passed before there are too many
        assert calls(lambda: outcome(data)) < 400_000


@pytest.mark.parametrize(
    ("kind", "made"), [("image/gif", POISON["GIF frames"][0]), ("image/webp", lambda: webp_frames(1000))]
)
def test_reading_ends_at_the_first_frame_too_many(kind: str, made: Callable[[], bytes]) -> None:
    assert outline(made(), kind, 7).frames == 8


def test_no_more_frames_are_built_than_one_too_many() -> None:
    assert len(gif_blocks.parse(POISON["GIF frames"][0](), 7).frames) == 8


@pytest.mark.parametrize(
    "made",
    [
        lambda: gif_of(blocks=b"!\1\0" * 900_000),
        lambda: gif_of(ending=b"\1\0" * 900_000),
        lambda: webp_of(webp_chunk(b"abcd") * 49_000),
        lambda: png_of(before=png_chunk(b"abCd") * 49_000),
        lambda: png_of(before=texts_that_break_off(100)),
    ],
)
def test_what_is_just_below_is_taken(made: Callable[[], bytes]) -> None:
    assert outcome(made()) == "10 x 10"


def test_a_jpeg_of_two_sizes_is_refused() -> None:
    """The decoder would believe the second, of 12 GB."""
    assert outcome(jpeg_of(segment(0xC0, b"\x08\xff\xff\xff\xff\x01\x01\x11\x00"))) == CORRUPT


def test_what_tells_a_jpegs_colours_is_not_taken_for_metadata() -> None:
    """Without the marker of Adobe its RGB would be read as YCbCr."""
    data = encoded(photographs.picture(64), "JPEG", keep_rgb=True, quality=95)
    picture = clean(data, field="image", limits=LIMITS).data
    assert distance(opened(picture), photographs.picture(64)) < 4


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(65_000),
        b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x0112, 3, 1, 9),
        b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x0112, 2, 1, 6),
        b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HH", 0x0112, 3),
        b"Exif\0\0",
        b"",
    ],
)
def test_an_orientation_that_is_none_turns_nothing(exif: bytes) -> None:
    image = photographs.picture(64)
    data = encoded(image, "JPEG")
    picture = clean(data[:2] + segment(0xE1, exif) + data[2:], field="image", limits=LIMITS)
    assert (picture.width, picture.height) == image.size
