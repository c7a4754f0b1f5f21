"""A picture is whole when every row is decoded, whatever its file ends with; it is refused when a row is missing."""

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from PIL import Image

from tests import photographs
from tests.support.cleaning import cleaned, refused
from tests.support.containers import (
    DEPTHS,
    EOI,
    chunk,
    jpeg_by_planes,
    plane,
    png,
    png_rows,
    riff,
    scans,
    segment,
    segments,
    split_webp,
    with_segments,
)
from tests.support.pictures import animated, distance, encoded, opened


def shown(data: bytes) -> tuple[Any, ...]:
    """What a cleaned file shows."""
    picture = opened(cleaned(data).data)
    return picture.mode, picture.size, picture.tobytes()


# JPEG


def _jpeg(mode: str = "RGB", **options: Any) -> Callable[[], bytes]:
    return lambda: encoded(photographs.picture(150).convert(mode), "JPEG", **options)


JPEGS: Mapping[str, Callable[[], bytes]] = {
    "usual": _jpeg(),
    "grey": _jpeg("L"),
    "CMYK": _jpeg("CMYK"),
    "4:4:4": _jpeg(subsampling="4:4:4", quality=95),
    "RGB": _jpeg(keep_rgb=True),
    "optimized": _jpeg(optimize=True, quality=40),
    "restarts": _jpeg(restart_marker_blocks=2),
    "restarts by rows": _jpeg(restart_marker_rows=1),
    "progressive": _jpeg(progressive=True),
    "progressive grey": _jpeg("L", progressive=True),
    "progressive with restarts": _jpeg(progressive=True, restart_marker_rows=1),
    "by planes": jpeg_by_planes,
}

TRAILERS: Mapping[str, bytes] = {
    "nothing": b"",
    "one byte": b"\xff",
    "zeros": bytes(100),
    "Samsung": b"\0\0\x01\x0b\x0e\0\0\0Image_UTC_Data1700000000000SEFHk\0\0\0\x01\0\0\0\0\0\x01\x0bSEFT",
    "another picture": encoded(Image.new("RGB", (8, 8)), "JPEG"),
    "a part of another picture": encoded(Image.new("RGB", (8, 8)), "JPEG")[:100],
    "a film": b"\0\0\0\x18ftypmp42" + random.Random(1).randbytes(5000),
    "a segment that is cut": b"\xff\xe1\xff\xff" + b"x" * 100,
}


@pytest.mark.parametrize("trailer", TRAILERS)
@pytest.mark.parametrize("end", [b"", EOI], ids=["no end", "end"])
@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_is_whole_whatever_follows_its_scans(name: str, end: bytes, trailer: str) -> None:
    data = JPEGS[name]()
    assert cleaned(data[:-2] + end + TRAILERS[trailer]).data == cleaned(data).data


@pytest.mark.parametrize("end", [b"", EOI], ids=["no end", "end"])
@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_whose_data_ends_too_early_is_refused(name: str, end: bytes) -> None:
    data = JPEGS[name]()
    for start, stop in scans(data):
        for part in range(9):
            cut = start + (stop - start) * part // 10
            assert refused(data[:cut] + end), (cut, stop)


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_without_its_end_lacks_no_byte_of_data(name: str) -> None:
    data = JPEGS[name]()
    assert not refused(data[:-1])
    assert not refused(data[:-2])
    assert [cut for cut in range(4, 30) if not refused(data[:-cut])] == []


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_progressive_jpeg_says_when_it_is_not_to_become_finer(mode: str) -> None:
    """One that ends between two scans by its own account is a picture; without an end the rest is missing."""
    data = encoded(photographs.picture(150).convert(mode), "JPEG", progressive=True)
    for _, place in scans(data)[:-1]:
        assert distance(opened(cleaned(data[:place] + EOI).data), opened(data)) < 40
        assert refused(data[:place])


def test_a_component_that_never_comes_is_missing() -> None:
    data = jpeg_by_planes()
    for _, place in scans(data)[:-1]:
        assert refused(data[:place] + EOI)


@pytest.mark.parametrize(
    "data",
    [
        jpeg_by_planes((90, 60, 30), numbers=(0, 1, 2)),
        jpeg_by_planes((90, 60, 30), numbers=(0, 0, 0)),
        jpeg_by_planes((90, 30, 90), numbers=(0, 1, 1)),
        jpeg_by_planes((30, 90, 90), restart=3),
    ],
    ids=["own tables", "one table that changes", "two tables", "restarts that change"],
)
def test_tables_come_and_change_between_scans(data: bytes) -> None:
    before, after = opened(data).convert("YCbCr"), opened(cleaned(data).data).convert("YCbCr")
    for one, other in zip(before.split(), after.split(), strict=True):
        assert distance(one, other) < 3


def test_each_component_keeps_the_table_of_its_first_scan() -> None:
    qualities = (90, 60, 30)
    meant = [opened(encoded(plane(1), "JPEG", quality=quality)).quantization[0] for quality in qualities]
    after = opened(cleaned(jpeg_by_planes(qualities, numbers=(0, 0, 0))).data)
    assert [after.quantization[layer[3]] for layer in after.layer] == meant


def test_huffman_tables_that_come_between_the_scans_of_a_progressive_jpeg() -> None:
    data = encoded(photographs.picture(150), "JPEG", progressive=True)
    codes = [code for code, _ in segments(data)]
    assert codes[codes.index(0xDA) :].count(0xC4) > 1
    assert distance(opened(cleaned(data).data), opened(data)) < 3


def test_a_whole_jpeg_with_more_scans_than_it_needs() -> None:
    """Of one that has everything in its first scan, the decoder reads no further."""
    data = encoded(photographs.picture(64), "JPEG")
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert cleaned(data[:-2] + scan * 100 + EOI).data == cleaned(data).data


def test_a_filled_up_jpeg() -> None:
    """Markers may have any number of bytes of ones before them (ITU-T T.81, B.1.1.2)."""
    data = encoded(photographs.picture(64), "JPEG", progressive=True)
    filled = b"\xff\xd8" + b"".join(b"\xff" * 3 + content for _, content in segments(data)) + b"\xff\xff" + EOI
    assert cleaned(filled).data == cleaned(data).data
    assert cleaned(filled[:-2]).data == cleaned(data).data


def test_many_scans_are_refused_before_they_are_decoded() -> None:
    data = encoded(photographs.picture(64), "JPEG", progressive=True)
    _, first = scans(data)[0]
    scan = data[data.index(b"\xff\xda") : first]
    assert cleaned(data[:first] + scan * 20 + data[first:]).data == cleaned(data).data
    assert refused(data[:first] + scan * 30 + data[first:])


# PNG

SIZES = [(1, 1), (3, 2), (9, 17), (40, 5)]
KINDS = [
    (depth, colour, interlaced) for colour, depths in DEPTHS.items() for depth in depths for interlaced in (False, True)
]


@pytest.mark.parametrize(("depth", "colour", "interlaced"), KINDS)
def test_a_png_has_every_row(depth: int, colour: int, interlaced: bool) -> None:
    for size in SIZES:
        rows = png_rows(size, depth, colour, interlaced=interlaced)
        made = partial(png, size, depth=depth, colour=colour, interlaced=interlaced)
        assert (cleaned(made(b"".join(rows))).width, cleaned(made(b"".join(rows))).height) == size
        for missing in (b"".join(rows[:-1]), b"".join(rows)[:-1], b"".join(rows[: len(rows) // 2])):
            assert refused(made(missing))
        black = [bytes(len(row)) for row in rows]
        assert not refused(made(b"".join(black)))
        assert refused(made(b"".join(black[:-1])))


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("content", [b"", bytes(31)])
def test_more_rows_than_a_png_has_do_no_harm(content: bytes, interlaced: bool) -> None:
    rows = b"".join(png_rows((10, 10), 8, 2, interlaced=interlaced))
    assert shown(png((10, 10), rows + content, interlaced=interlaced)) == shown(
        png((10, 10), rows, interlaced=interlaced)
    )


def _stream(*pieces: bytes, end: bytes = chunk(b"IEND")) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(pieces) + end


_ROWS = b"".join(png_rows((10, 10), 8, 2, interlaced=False))
_PACKED = zlib.compress(_ROWS)
_TWO = chunk(b"IDAT", _PACKED[:100]) + chunk(b"tEXt", b"a\0b") + chunk(b"IDAT", _PACKED[100:])


@pytest.mark.parametrize(
    "data",
    [
        _stream(chunk(b"IDAT", _PACKED), end=b""),
        _stream(chunk(b"IDAT", _PACKED), end=chunk(b"IEND")[:-1]),
        _stream(chunk(b"IDAT", _PACKED), end=chunk(b"IEND", checksum=0)),
        _stream(chunk(b"IDAT", _PACKED), end=b"stray bytes"),
        _stream(chunk(b"IDAT", _PACKED), end=b"\0\0\xff\xfftEXtcut"),
        _stream(chunk(b"IDAT", _PACKED)) + b"\0" * 1000,
        _stream(chunk(b"IDAT", _PACKED)) + _stream(chunk(b"IDAT", b"another")),
        _stream(chunk(b"IDAT", _PACKED)[:-4], end=b""),
        _stream(chunk(b"IDAT", _PACKED)[:-6], end=b""),
        _stream(chunk(b"IDAT", _PACKED[:-4])),
        _stream(chunk(b"IDAT", _PACKED, checksum=0)),
        _stream(chunk(b"IDAT", _PACKED + b"more")),
        _stream(chunk(b"IDAT", _PACKED), chunk(b"IDAT", b"more")),
        _stream(chunk(b"IDAT"), *[chunk(b"IDAT", _PACKED[at : at + 1]) for at in range(len(_PACKED))]),
        _stream(_TWO),
    ],
    ids=range(15),
)
def test_a_png_is_whole_whatever_follows_its_rows(data: bytes) -> None:
    assert shown(data) == shown(_stream(chunk(b"IDAT", _PACKED)))


@pytest.mark.parametrize(
    "data",
    [
        _stream(chunk(b"IDAT", _PACKED[:200])),
        _stream(chunk(b"IDAT", _PACKED)[:200], end=b""),
        _stream(chunk(b"IDAT", _PACKED[:200]), chunk(b"IDAT", _PACKED[:200])),
        _stream(chunk(b"IDAT", zlib.compress(b""))),
        _stream(chunk(b"IDAT", _PACKED[:-4] + b"\0\0\0\0")),
        _stream(),
    ],
    ids=range(6),
)
def test_a_png_without_all_of_its_rows_is_refused(data: bytes) -> None:
    assert refused(data)


@pytest.mark.parametrize(("name", "content"), [(b"IHDR", bytes(13)), (b"PLTE", bytes(12))])
def test_a_png_whose_header_or_palette_is_damaged_is_refused(name: bytes, content: bytes) -> None:
    data = encoded(photographs.picture(64).quantize(16), "PNG")
    at = data.index(name)
    assert refused(data[: at + 5] + bytes([data[at + 5] ^ 1]) + data[at + 6 :]), content


def test_an_animated_png_is_cut_behind_its_first_picture() -> None:
    data = photographs.animated_png()
    assert cleaned(data[: data.index(b"fdAT") + 10]).data == cleaned(data).data
    assert refused(data[: data.index(b"fcTL", data.index(b"IDAT")) - 60])


# GIF


def _frames(data: bytes) -> list[bytes]:
    """What a viewer sees."""
    image, seen = opened(data), list[bytes]()
    for index in range(image.n_frames):
        image.seek(index)
        seen.append(image.convert("RGBA").tobytes())
    return seen


GIF = animated("GIF", 4)


def _places(data: bytes = GIF) -> list[int]:
    """Where each frame of a GIF begins, with its graphic control."""
    return [at for at in range(len(data)) if data.startswith(b"!\xf9\x04", at)]


@pytest.mark.parametrize(
    "tail", [b"", b"\0", b";;", b"stray", b"\0\0\0;", b"!\xfe\x05abc", b",\0\0", b"!\xf9\x04", b"!"]
)
def test_a_gif_is_whole_whatever_follows_its_frames(tail: bytes) -> None:
    assert cleaned(GIF[:-1] + tail).data == cleaned(GIF).data
    still = encoded(photographs.picture(64).quantize(64), "GIF")
    assert cleaned(still[:-1] + tail).data == cleaned(still).data


@pytest.mark.parametrize(
    "stray", [b"\0", b"\0\0\0", b"stray bytes", b"a, b, c; d! e", bytes(range(64, 200)), b";" * 3 + b"x"]
)
@pytest.mark.parametrize("place", range(4))
def test_stray_bytes_between_the_blocks_of_a_gif(place: int, stray: bytes) -> None:
    if stray.startswith(b";"):
        stray = b"\0" + stray
    at = _places()[place]
    assert cleaned(GIF[:at] + stray + GIF[at:]).data == cleaned(GIF).data
    last = GIF[at:-1] + stray + b";"
    assert cleaned(GIF[:at] + last).data == cleaned(GIF).data


def test_a_gif_that_is_cut_has_the_frames_that_are_whole() -> None:
    whole = _frames(GIF)
    *_, last = _places()
    starts = [*_places()[1:], len(GIF)]
    for cut in range(_places()[0], len(GIF), 7):
        count = sum(start <= cut for start in starts)
        if not count and refused(GIF[:cut]):
            continue
        picture = cleaned(GIF[:cut])
        assert picture.frames in (count, count + 1)
        assert _frames(picture.data) == whole[: picture.frames]
    assert refused(GIF[: _places()[1] - 40])
    assert cleaned(GIF[: last + 40]).frames == 3


def test_a_gif_whose_first_frame_is_not_whole_is_refused() -> None:
    still = encoded(photographs.picture(64).quantize(64), "GIF")
    assert all(refused(still[:-cut]) for cut in (10, 50, len(still) // 2))


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("height", [1, 2, 3, 4, 9, 40])
def test_codes_that_end_well_but_too_early(height: int, interlaced: int) -> None:
    """A GIF says how large a frame is apart from its codes."""
    image = photographs.scaled(photographs.picture(64), (64, height)).quantize(256)
    data = bytearray(encoded(image, "GIF", interlace=interlaced))
    at = data.index(b",\0\0\0\0")
    assert not refused(bytes(data))
    data[at + 7 : at + 9] = struct.pack("<H", height + 1)
    assert refused(bytes(data))


@pytest.mark.parametrize("index", [0, 254, 255])
@pytest.mark.parametrize("clear", [None, 0, 254, 255])
def test_a_gif_of_one_colour_is_whole(index: int, clear: int | None) -> None:
    image = Image.new("P", (20, 20), index)
    image.putpalette(bytes(v for v in range(256) for _ in range(3)))
    options = {} if clear is None else {"transparency": clear}
    data = encoded(image, "GIF", optimize=False, **options)
    assert not refused(data)
    at = data.index(b",\0\0\0\0")
    assert refused(data[: at + 7] + b"\x15" + data[at + 8 :])


# WebP

WEBPS: Mapping[str, bytes] = {
    "lossy": encoded(photographs.picture(64), "WEBP"),
    "lossless": encoded(photographs.picture(64), "WEBP", lossless=True),
    "translucent": encoded(photographs.translucent(64), "WEBP"),
    "with metadata": encoded(photographs.picture(64), "WEBP", exif=photographs.camera_exif(6), xmp=b"<x/>"),
    "animated": photographs.animated_webp(3, 64),
}


@pytest.mark.parametrize("name", WEBPS)
def test_a_webp_is_whole_whatever_its_container_says(name: str) -> None:
    data = WEBPS[name]
    expected, chunks = cleaned(data).data, split_webp(data)
    for size in (0, 4, 13, len(data) - 9, len(data) - 7, len(data) + 1, 2**32 - 1):
        assert cleaned(riff(*chunks, size=size)).data == expected, size
    for tail in (
        b"\0",
        b"stray",
        b"stray bytes that follow",
        data,
        b"EXIF\xff\xff\xff\xffcut",
        b"ABCD\xff\xff\xff\xff",
    ):
        assert cleaned(data + tail).data == expected, tail
        assert cleaned(riff(*chunks, tail)).data == expected, tail


def test_a_webp_that_is_cut_behind_its_picture() -> None:
    data = WEBPS["with metadata"]
    turned, upright = cleaned(data), cleaned(data[: data.index(b"EXIF") + 20])
    assert (turned.width, turned.height) == (upright.height, upright.width)
    assert cleaned(data[: data.index(b"XMP ") + 6]).data == turned.data


@pytest.mark.parametrize("name", ["lossy", "lossless", "translucent"])
def test_a_webp_that_lacks_pixels_is_refused(name: str) -> None:
    data = WEBPS[name]
    for cut in (3, 8, 50, len(data) // 2):
        assert refused(data[:-cut])
        *others, last = split_webp(data[:-cut])
        assert cut < 50 or refused(riff(*others, last[:4] + struct.pack("<I", len(last) - 8) + last[8:]))


def test_an_animated_webp_that_is_cut_has_the_frames_that_are_whole() -> None:
    data = WEBPS["animated"]
    starts = [at for at in range(len(data)) if data.startswith(b"ANMF", at)]
    assert refused(data[: starts[1] - 8])
    for count, start in enumerate(starts[1:], 1):
        for cut in (start, start + 3, start + 100):
            picture = cleaned(data[:cut])
            assert picture.frames == count
            assert len(_frames(picture.data)) == count if count > 1 else picture.data


# The other parts


def test_a_jpeg_of_two_pictures_without_an_end_between_them() -> None:
    first = encoded(photographs.picture(64), "JPEG")
    second = encoded(Image.new("RGB", (64, 43), "red"), "JPEG")
    with_index = with_segments(first, segment(0xE2, b"MPF\0II*\0" + bytes(60)))
    assert cleaned(with_index[:-2] + second).data == cleaned(first).data
