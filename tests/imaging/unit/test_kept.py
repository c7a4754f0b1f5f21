"""A lossless upload keeps its pixels as they are packed, if they are shown to be all that there is."""

import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from PIL import Image

from constellation.imaging.inspect.icc import cleaned as cleaned_profile
from tests import photographs
from tests.support.cleaning import cleaned, refused
from tests.support.containers import (
    PNG_SIGNATURE,
    chunk,
    holds_only_pixels,
    png,
    png_rows,
    riff,
    split_png,
    split_webp,
    webp_chunk,
)
from tests.support.pictures import encoded, opened

SIDE = 40
SECRET = b"SECRET" * 20
ROWS = b"".join(b"\0" + bytes((x * y) % 7 for x in range(SIDE * 3)) for y in range(SIDE))
"""Of a picture in colours that packs well."""

PACKED = zlib.compress(ROWS, 9)
INTERLACED = b"".join(
    b"\0" + bytes(x % 5 for x in range(1, len(row))) for row in png_rows((SIDE, SIDE), 8, 2, interlaced=True)
)


def pixels(data: bytes) -> bytes:
    return opened(data).convert("RGBA").tobytes()


def png_stream(data: bytes) -> bytes:
    """The packed pixels of a PNG that holds nothing that it should not."""
    assert holds_only_pixels(data)
    return dict(split_png(data)[1])[b"IDAT"]


def of_stream(*parts: bytes, depth: int = 8, colour: int = 2, methods: bytes = b"\0\0\0", before: bytes = b"") -> bytes:
    """A PNG of 40 by 40 pixels whose pixels come in these chunks."""
    header = chunk(b"IHDR", struct.pack(">IIBB", SIDE, SIDE, depth, colour) + methods)
    return PNG_SIGNATURE + header + before + b"".join(chunk(b"IDAT", part) for part in parts) + chunk(b"IEND")


def _of(mode: str, **options: Any) -> Callable[[], bytes]:
    """A picture of few details, which packs well."""
    image = photographs.picture(64).transform((SIDE * 4, SIDE * 4), Image.Transform.EXTENT, (0, 0, 8, 8))
    image.info.clear()
    made = image.convert("RGB").quantize(200) if mode == "P" else image.convert("RGB").convert(mode)
    return lambda: encoded(made, "PNG", **options)


KEPT: Mapping[str, Callable[[], bytes]] = {
    "colours": _of("RGB"),
    "grey": _of("L"),
    "16 bits of grey": _of("I;16"),
    "grey and alpha": _of("LA"),
    "colours and alpha": _of("RGBA"),
    "a clear colour": _of("RGB", transparency=(1, 2, 3)),
    "a clear grey": _of("L", transparency=3),
    "a palette": _of("P", bits=8),
    "a clear index": _of("P", bits=8, transparency=0),
    "packed fast": _of("RGB", compress_level=1),
    "run lengths": _of("RGB", compress_type=zlib.Z_RLE),
    "Huffman's codes alone": _of("L", compress_type=zlib.Z_HUFFMAN_ONLY),
    "a profile": _of("RGB", icc_profile=photographs.srgb_profile()),
    "interlaced": lambda: of_stream(zlib.compress(INTERLACED, 9), methods=b"\0\0\1"),
    "animated": lambda: photographs.animated_png(3, 40),
    "many pieces": lambda: of_stream(*(PACKED[at : at + 7] for at in range(0, len(PACKED), 7))),
    "other chunks": lambda: of_stream(PACKED, before=chunk(b"tEXt", b"a\0b") + chunk(b"abCd", SECRET)),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_clean_stream_is_kept(name: str) -> None:
    data = KEPT[name]()
    made = cleaned(data)
    picture = made.data
    assert (made.width, made.height) == opened(data).size
    parts = [content for chunk_name, content in split_png(data)[1] if chunk_name == b"IDAT"]
    assert png_stream(picture) == b"".join(parts)
    assert picture[:33] == data[:33]
    assert pixels(picture) == pixels(data)
    assert SECRET not in picture
    assert cleaned(picture).data == picture


def test_what_is_kept_says_of_its_colours_what_a_profile_says() -> None:
    with_profile = opened(cleaned(KEPT["a profile"]()).data)
    assert with_profile.info["icc_profile"] == cleaned_profile(photographs.srgb_profile())
    gamma = cleaned(of_stream(PACKED, before=chunk(b"gAMA", struct.pack(">I", 100_000)))).data
    assert png_stream(gamma) == PACKED
    assert b"gAMA" not in gamma
    assert opened(gamma).info["icc_profile"]


def _unended(ending: bytes = b"") -> bytes:
    """A stream of all rows without its end."""
    packer = zlib.compressobj(9)
    return packer.compress(ROWS) + packer.flush(zlib.Z_FULL_FLUSH) + ending


PACKED_ANEW: Mapping[str, bytes] = {
    "data behind the stream": of_stream(PACKED + SECRET),
    "data in a chunk behind the stream": of_stream(PACKED, SECRET),
    "another stream behind it": of_stream(PACKED + zlib.compress(SECRET, 0)),
    "a byte more than the rows": of_stream(zlib.compress(ROWS + b"S", 9)),
    "more than the rows": of_stream(zlib.compress(ROWS + SECRET, 0)),
    "a stream without a checksum": of_stream(zlib.compress(ROWS, 0)[:-4]),
    "a stream without an end": of_stream(_unended()),
    "a stream without an end, and more": of_stream(_unended(b"\0\x78\0\x87\xff" + SECRET)),
    "as many empty blocks as would be a message": of_stream(PACKED[:2] + b"\0\0\0\xff\xff" * 600 + PACKED[2:]),
    "another method of packing": of_stream(PACKED, methods=b"S\0\0"),
    "another way to interlace": of_stream(zlib.compress(INTERLACED, 9), methods=b"\0\0S"),
    "data behind more rows than are unpacked at once": of_stream(zlib.compress(ROWS + bytes(72_000), 9) + b"S"),
    "stored blocks": of_stream(zlib.compress(ROWS, 0)),
    "an orientation": of_stream(PACKED, before=chunk(b"eXIf", photographs.camera_exif(3).removeprefix(b"Exif\0\0"))),
    "16 bits of colour": of_stream(zlib.compress((b"\0" + b"SECRET" * SIDE) * SIDE, 9), depth=16),
}


@pytest.mark.parametrize("name", PACKED_ANEW)
def test_what_may_hold_more_than_its_rows_is_packed_anew(name: str) -> None:
    data = PACKED_ANEW[name]
    picture = cleaned(data).data
    assert png_stream(picture) not in data
    assert picture[24:29] in (b"\x08\x02\0\0\0", b"\x01\0\0\0\0")
    assert b"SECRET" not in picture
    assert pixels(picture) == opened(data).rotate(180 * ("orientation" in name)).convert("RGBA").tobytes()
    assert cleaned(picture).data == picture


@pytest.mark.parametrize(
    ("depth", "row", "filled"), [(1, b"\x40", b"\x5f"), (2, b"\x50", b"\x53"), (4, b"\x50\x50", b"\x50\x5f")]
)
def test_bits_behind_the_pixels_of_a_row_go(depth: int, row: bytes, filled: bytes) -> None:
    """Three pixels take three, six or twelve bits; a row ends with a whole byte."""
    one, other = (png((3, 9), (b"\0" + each) * 9, depth=depth, colour=0) for each in (row, filled))
    assert pixels(one) == pixels(other)
    assert cleaned(one).data == cleaned(other).data


@pytest.mark.parametrize(
    "stream",
    [
        zlib.compress(ROWS[:-1], 9),
        zlib.compress(b"\x05" + ROWS[1:], 9),
        PACKED[:-4] + bytes(4),
        b"\x78\xbb" + zlib.adler32(b"").to_bytes(4, "big") + PACKED[2:],
        PACKED[:-8],
        PACKED[:2] + b"\x07" + PACKED[3:],
    ],
    ids=["a byte less", "an unknown filter", "a wrong checksum", "a dictionary", "cut", "an unknown block"],
)
def test_what_does_not_unpack_is_refused(stream: bytes) -> None:
    assert not refused(of_stream(PACKED))
    assert refused(of_stream(stream))


def test_chunks_behind_the_end_and_a_second_end_go() -> None:
    data = of_stream(PACKED)
    for tail in (chunk(b"IEND"), chunk(b"tEXt", SECRET) + chunk(b"IEND"), chunk(b"IDAT", SECRET), SECRET, data):
        assert cleaned(data + tail).data == cleaned(data).data


def test_colours_of_a_palette_that_no_pixel_has_go() -> None:
    rows = b"".join(b"\0" + bytes((3, 9)) * (SIDE // 2) for _ in range(SIDE))
    palette, clear = (SECRET * 7)[:768], (SECRET * 3)[:256]
    before = chunk(b"PLTE", palette) + chunk(b"tRNS", clear)
    data = of_stream(zlib.compress(rows, 9), colour=3, before=before)
    picture = cleaned(data).data
    assert png_stream(picture) == zlib.compress(rows, 9)
    assert pixels(picture) == pixels(data)
    chunks = dict(split_png(picture)[1])
    assert chunks[b"PLTE"] == bytes(9) + palette[9:12] + bytes(15) + palette[27:30]
    assert chunks[b"tRNS"] == b"\xff" * 3 + clear[3:4] + b"\xff" * 5 + clear[9:10]


def test_a_pixel_of_no_colour_is_black_to_every_decoder() -> None:
    rows = b"".join(b"\0" + bytes((1, 9)) * (SIDE // 2) for _ in range(SIDE))
    data = of_stream(zlib.compress(rows, 9), colour=3, before=chunk(b"PLTE", b"\1\2\3\4\5\6"))
    picture = cleaned(data).data
    assert pixels(picture) == pixels(data)
    assert dict(split_png(picture)[1])[b"PLTE"] == bytes(3) + b"\4\5\6" + bytes(24)


def test_a_poorly_packed_png_is_packed_better_and_noise_is_left_alone() -> None:
    plain = encoded(photographs.picture(320), "PNG", compress_level=0)
    assert len(cleaned(plain).data) < 0.8 * len(plain)
    noise = png((64, 43), b"".join(png_rows((64, 43), 8, 2, interlaced=False)))
    assert cleaned(noise).data == noise


# WebP

_PICTURE = opened(KEPT["colours"]()).crop((0, 0, 159, 160))
_TRANSLUCENT = opened(KEPT["colours"]())
_TRANSLUCENT.putalpha(_TRANSLUCENT.convert("L"))


def _lossless(image: Image.Image = _PICTURE, method: int = 0) -> bytes:
    """The packed pixels of a lossless WebP."""
    (part,) = split_webp(encoded(image, "WEBP", lossless=True, exact=True, method=method))
    return part[8 : 8 + int.from_bytes(part[4:8], "little")]


def _webp(*chunks: bytes, packed: bytes) -> bytes:
    sides = struct.pack("<I", _PICTURE.width - 1)[:3] + struct.pack("<I", _PICTURE.height - 1)[:3]
    return riff(webp_chunk(b"VP8X", b"\x2c\0\0\0" + sides), *chunks, webp_chunk(b"VP8L", packed))


def _names(data: bytes) -> list[bytes]:
    return [part[:4] for part in split_webp(data)]


@pytest.mark.parametrize("method", [0, 4, 6])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_clean_lossless_webp_is_kept(mode: str, method: int) -> None:
    image = _TRANSLUCENT if mode == "RGBA" else _PICTURE.convert(mode)
    data = encoded(image, "WEBP", lossless=True, exact=True, method=method)
    assert cleaned(data).data == data
    if mode != "RGBA":
        packed = _lossless(image, method)
        assert cleaned(_webp(webp_chunk(b"EXIF", SECRET), webp_chunk(b"XMP ", SECRET), packed=packed)).data == data


def test_a_kept_webp_has_the_cleaned_profile() -> None:
    data = encoded(_PICTURE, "WEBP", lossless=True, icc_profile=photographs.srgb_profile(), xmp=SECRET)
    picture = cleaned(data).data
    assert _names(picture) == [b"VP8X", b"ICCP", b"VP8L"]
    assert split_webp(picture)[2] in data
    assert opened(picture).info["icc_profile"] == cleaned_profile(photographs.srgb_profile())
    assert opened(picture).mode == "RGB"
    assert pixels(picture) == pixels(data)
    assert cleaned(picture).data == picture


_PACKED = _lossless()
_TRANSPARENT = _lossless(_TRANSLUCENT)


def _saying(packed: bytes, *, has_alpha: bool) -> bytes:
    return packed[:4] + bytes([packed[4] & 0xEF | has_alpha << 4]) + packed[5:]


@pytest.mark.parametrize(
    "data",
    [
        riff(webp_chunk(b"VP8L", _PACKED + SECRET)),
        riff(webp_chunk(b"VP8L", _PACKED + bytes(10))),
        riff(webp_chunk(b"VP8L", _PACKED), webp_chunk(b"VP8L", SECRET)),
        riff(webp_chunk(b"VP8L", _saying(_TRANSPARENT, has_alpha=False))),
    ],
    ids=["behind the stream", "zeros behind the stream", "two pictures", "alpha that is not told"],
)
def test_what_may_hold_more_than_pixels_is_packed_anew(data: bytes) -> None:
    picture = cleaned(data).data
    (part,) = split_webp(picture)
    assert part[:4] == b"VP8L"
    assert part[8:] not in data
    assert SECRET not in picture
    assert opened(picture).mode == "RGB"
    assert pixels(picture) == pixels(data)


def test_a_webp_says_that_it_is_transparent_only_where_it_is() -> None:
    assert cleaned(riff(webp_chunk(b"VP8L", _saying(_PACKED, has_alpha=True)))).data == riff(
        webp_chunk(b"VP8L", _PACKED)
    )


def test_a_lossless_webp_that_lacks_the_end_of_its_stream_is_refused() -> None:
    assert refused(riff(webp_chunk(b"VP8L", _PACKED[:-9])))
