"""What is thrown away anyway may be damaged, short or large, and a colour profile may be as odd as engines take it."""

import random
import struct
import zlib

import pytest
from PIL import Image

from constellation.imaging.clean import Limits, clean
from constellation.imaging.inspect.icc import cleaned as cleaned_profile
from tests import photographs
from tests.support import profiles
from tests.support.containers import (
    EOI,
    chunk,
    riff,
    segment,
    segments,
    split_webp,
    webp_chunk,
    with_chunks,
    with_segments,
)
from tests.support.pictures import animated, distance, encoded, opened

LIMITS = Limits(size_limit=50_000_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)
PICTURE = photographs.picture(64)
PICTURE.info.clear()
NOISE = random.Random(1).randbytes(5000)


def cleaned(data: bytes) -> bytes:
    return clean(data, field="image", limits=LIMITS).data


# PNG

_LARGE = zlib.compress(bytes(30_000_000))
_NOTES = {
    "pHYs, wrong checksum": chunk(b"pHYs", bytes(9), checksum=1),
    "pHYs, short": chunk(b"pHYs", b"\1"),
    "tIME, short": chunk(b"tIME", b"\7"),
    "tEXt, wrong checksum": chunk(b"tEXt", b"a\0b", checksum=1),
    "tEXt, no end of the name": chunk(b"tEXt", NOISE),
    "tEXt, 1.5 MB": chunk(b"tEXt", b"a\0" + bytes(1_500_000)),
    "zTXt, 30 MB": chunk(b"zTXt", b"a\0\0" + _LARGE),
    "zTXt, no stream": chunk(b"zTXt", b"a\0\0" + NOISE),
    "zTXt, another method": chunk(b"zTXt", b"a\0\7abc"),
    "zTXt, 300 times": chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000))) * 300,
    "iTXt, 30 MB": chunk(b"iTXt", b"a\0\1\0\0\0" + _LARGE),
    "iTXt, cut": chunk(b"iTXt", b"a\0\1"),
    "iTXt, no UTF-8": chunk(b"iTXt", b"a\0\0\0\xff\0\xff\0\xff\xff"),
    "iCCP, 30 MB": chunk(b"iCCP", b"a\0\0" + _LARGE),
    "iCCP, no stream": chunk(b"iCCP", b"a\0\0" + NOISE),
    "iCCP, empty": chunk(b"iCCP"),
    "iCCP, no end of the name": chunk(b"iCCP", b"a" * 100),
    "iCCP, wrong checksum": chunk(b"iCCP", b"a\0\0" + zlib.compress(profiles.KINDS["primaries"]), checksum=1),
    "iCCP, broken twice": chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(1000))) * 2,
    "eXIf, noise": chunk(b"eXIf", NOISE),
    "eXIf, empty": chunk(b"eXIf"),
    "gAMA, short": chunk(b"gAMA", b"\0"),
    "cHRM, short": chunk(b"cHRM", b"\0" * 5),
    "sRGB, empty": chunk(b"sRGB"),
    "sBIT, long": chunk(b"sBIT", bytes(100)),
    "bKGD, short": chunk(b"bKGD", b"\0"),
    "hIST": chunk(b"hIST", b"\0"),
    "sPLT": chunk(b"sPLT", NOISE),
    "tRNS, short": chunk(b"tRNS", b"\0\1\0"),
    "tRNS, long": chunk(b"tRNS", bytes(300)),
    "tRNS, wrong checksum": chunk(b"tRNS", bytes(6), checksum=1),
    "acTL, short": chunk(b"acTL", b"\0"),
    "fcTL, short": chunk(b"fcTL", b"\0"),
    "fdAT": chunk(b"fdAT", NOISE),
    "unknown": chunk(b"abCd", NOISE) + chunk(b"ABCD", NOISE, checksum=1),
    "a palette for colours": chunk(b"PLTE", bytes(7)),
}


@pytest.mark.parametrize("name", _NOTES)
def test_a_damaged_note_does_not_cost_a_png(name: str) -> None:
    data = encoded(PICTURE, "PNG")
    assert cleaned(with_chunks(data, _NOTES[name])) == cleaned(data)
    end = len(data) - 12
    assert cleaned(data[:end] + _NOTES[name] + data[end:]) == cleaned(data)


@pytest.mark.parametrize("clear", [b"", bytes(17), bytes(300)])
def test_a_palette_png_with_too_many_or_no_clear_colours(clear: bytes) -> None:
    data = encoded(PICTURE.quantize(16), "PNG", bits=8)
    at = data.index(b"IDAT") - 4
    found = opened(cleaned(data[:at] + chunk(b"tRNS", clear) + data[at:]))
    assert found.convert("RGBA").convert("RGB").tobytes() == opened(data).convert("RGB").tobytes()


def test_a_png_is_turned_as_it_asks_before_or_after_its_pixels() -> None:
    data = encoded(PICTURE, "PNG")
    asking = chunk(b"eXIf", photographs.camera_exif(6).removeprefix(b"Exif\0\0"))
    turned = opened(cleaned(with_chunks(data, asking)))
    assert turned.size == PICTURE.size[::-1]
    assert opened(cleaned(data[:-12] + asking + data[-12:])).tobytes() == turned.tobytes()


# JPEG

_SEGMENTS = {
    "Adobe, short": segment(0xEE, b"Adobe"),
    "Adobe, 11 bytes": segment(0xEE, b"Adobe\0\x64\0\0\0\0"),
    "JFIF, short": segment(0xE0, b"JFIF\0"),
    "JFIF, 13 bytes": segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0"),
    "JFIF, no version": segment(0xE0, b"JFIF"),
    "JFXX": segment(0xE0, b"JFXX\0\x10" + NOISE),
    "comment, empty": segment(0xFE, b""),
    "comment, noise": segment(0xFE, NOISE.replace(b"\xff", b"")),
    "no length": segment(0xFE, b"", 0) + segment(0xE5, b"", 1),
    "a length that is too short": segment(0xE4, b"more than it says", 3),
    "Exif, empty": segment(0xE1, b""),
    "Exif, noise": segment(0xE1, b"Exif\0\0" + NOISE),
    "XMP, noise": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + NOISE),
    "Photoshop, noise": segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\xff\xff\xff\xff" + NOISE),
    "pictures, noise": segment(0xE2, b"MPF\0" + NOISE),
    "FlashPix": segment(0xE2, b"FPXR\0"),
    "profile, empty": segment(0xE2, b"ICC_PROFILE\0"),
    "profile, no number": segment(0xE2, b"ICC_PROFILE\0\1"),
    "profile, noise": segment(0xE2, b"ICC_PROFILE\0\1\1" + NOISE),
    "profile, a part of ten": segment(0xE2, b"ICC_PROFILE\0\3\x0a" + NOISE),
    "profile, 3 MB": b"".join(
        segment(0xE2, b"ICC_PROFILE\0" + bytes([number, 50]) + bytes(60_000)) for number in range(1, 51)
    ),
    "all others": b"".join(segment(code, b"x") for code in range(0xE3, 0xF0)),
    "a marker alone": b"\xff\1",
    "a restart": b"\xff\xd0",
    "another beginning": b"\xff\xd8",
    "stray bytes": b"stray",
}


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
@pytest.mark.parametrize("name", _SEGMENTS)
def test_a_damaged_note_does_not_cost_a_jpeg(name: str, options: dict[str, bool]) -> None:
    data = encoded(PICTURE, "JPEG", **options)
    expected = cleaned(data)
    for marker in (b"\xff\xe0", b"\xff\xdb", b"\xff\xc4", b"\xff\xda"):
        at = data.index(marker)
        if at > 2 or _SEGMENTS[name].startswith(b"\xff"):
            assert cleaned(data[:at] + _SEGMENTS[name] + data[at:]) == expected


@pytest.mark.parametrize("name", ["comment, empty", "comment, noise", "Adobe, short", "no length"])
def test_a_note_between_the_scans_of_a_jpeg(name: str) -> None:
    data = encoded(PICTURE, "JPEG", progressive=True)
    parts = (content + (_SEGMENTS[name] if code == 0xDA else b"") for code, content in segments(data))
    assert cleaned(data[:2] + b"".join(parts) + EOI) == cleaned(data)


def test_a_sound_note_of_adobe_counts_among_damaged_ones() -> None:
    """It says that the numbers are RGB."""
    data = encoded(PICTURE, "JPEG", keep_rgb=True, quality=95)
    damaged = _SEGMENTS["Adobe, short"]
    assert distance(opened(cleaned(with_segments(data, damaged))), PICTURE) < 4
    at = data.index(b"\xff\xdb")
    assert distance(opened(cleaned(data[:at] + damaged + data[at:])), PICTURE) < 4


# WebP


@pytest.mark.parametrize(
    "notes",
    [
        webp_chunk(b"EXIF", NOISE),
        webp_chunk(b"EXIF", b""),
        webp_chunk(b"XMP ", NOISE),
        webp_chunk(b"abcd", NOISE[:4999]) * 3,
        webp_chunk(b"EXIF", b"x") * 2 + webp_chunk(b"XMP ", b"x") * 2,
        b"EXIF\xff\xff\xff\x7fcut",
    ],
    ids=range(6),
)
def test_a_damaged_note_does_not_cost_a_webp(notes: bytes) -> None:
    data = encoded(photographs.translucent(64), "WEBP")
    canvas, *others = split_webp(data)
    flagged = canvas[:8] + bytes([canvas[8] | 0x0C]) + canvas[9:]
    assert cleaned(riff(flagged, *others, notes)) == cleaned(data)


# Colour profiles

SOUND = photographs.srgb_profile()
WARM = profiles.KINDS["primaries"]


def parts(profile: bytes, size: int = 200) -> list[bytes]:
    pieces = [profile[at : at + size] for at in range(0, len(profile), size)]
    return [segment(0xE2, b"ICC_PROFILE\0" + bytes([n, len(pieces)]) + piece) for n, piece in enumerate(pieces, 1)]


def kept(data: bytes) -> bytes | None:
    found: bytes | None = opened(cleaned(data)).info.get("icc_profile")
    return found


_FIRST, *_REST = parts(WARM)
_ONE = segment(0xE2, b"ICC_PROFILE\0\1\1" + WARM)
_SRGB = segment(0xE2, b"ICC_PROFILE\0\1\1" + SOUND)
_ORDERS = {
    "one": _ONE,
    "parts": b"".join(parts(WARM)),
    "from the last to the first": b"".join(reversed(parts(WARM))),
    "one part twice": _FIRST * 2 + b"".join(_REST),
    "all twice": b"".join(parts(WARM)) * 2,
    "another one after it": _ONE + _SRGB,
    "numbers from 0": b"".join(
        segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 9]) + WARM[n * 200 : n * 200 + 200])
        for n in range(-(-len(WARM) // 200))
    ),
    "the same number": b"".join(
        segment(0xE2, b"ICC_PROFILE\0\1\1" + WARM[at : at + 200]) for at in range(0, len(WARM), 200)
    ),
    "a wrong count": segment(0xE2, b"ICC_PROFILE\0\1\7" + WARM),
    "a count of 0": segment(0xE2, b"ICC_PROFILE\0\1\0" + WARM),
    "an empty one before it": segment(0xE2, b"ICC_PROFILE\0") + _ONE,
    "padded": segment(0xE2, b"ICC_PROFILE\0\1\1" + WARM + bytes(2)),
    "padded with more": segment(0xE2, b"ICC_PROFILE\0\1\1" + WARM + NOISE),
    "longer than it is": segment(0xE2, b"ICC_PROFILE\0\1\1" + (len(WARM) + 100).to_bytes(4, "big") + WARM[4:]),
}


@pytest.mark.parametrize("name", _ORDERS)
def test_a_profile_of_a_jpeg_applies_however_it_comes(name: str) -> None:
    data = encoded(PICTURE, "JPEG")
    expected = cleaned_profile(WARM)
    assert kept(with_segments(data, _ORDERS[name])) == expected
    for marker in (b"\xff\xc4", b"\xff\xda"):
        at = data.index(marker)
        assert kept(data[:at] + _ORDERS[name] + data[at:]) == expected


def test_a_part_that_is_missing_is_no_profile() -> None:
    data = encoded(PICTURE, "JPEG")
    assert kept(with_segments(data, b"".join(_REST))) is None
    assert kept(with_segments(data, b"".join([_FIRST, *_REST[1:]]))) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("more", [1, 2, 3, 4, 100, 5000])
@pytest.mark.parametrize("name", [name for name in profiles.KINDS if name != "grey"])
def test_a_profile_may_be_longer_than_it_says(name: str, more: int, kind: str) -> None:
    profile = profiles.KINDS[name]
    assert kept(encoded(PICTURE, kind, icc_profile=profile + NOISE[:more])) == cleaned_profile(profile)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_profile_may_lack_what_defines_no_colours(kind: str) -> None:
    whole = profiles.built({**profiles.matrix(), b"lumi": b"XYZ " + bytes(16), b"gamt": profiles.bytes_table()})
    expected = cleaned_profile(profiles.built({**profiles.matrix(), b"lumi": b"XYZ " + bytes(16)}))
    assert kept(encoded(PICTURE, kind, icc_profile=whole[:-100])) == expected
    damaged = whole.replace(b"mft1", b"what")
    assert kept(encoded(PICTURE, kind, icc_profile=damaged)) == expected
    assert kept(encoded(PICTURE, kind, icc_profile=profiles.built(profiles.matrix())[:-30])) is None


def test_a_profile_of_a_cmyk_jpeg_that_is_padded_is_applied() -> None:
    table = (
        b"mft1"
        + bytes(4)
        + bytes([4, 3, 2, 0])
        + bytes(36)
        + bytes(range(256)) * 4
        + NOISE[:48]
        + bytes(range(256)) * 3
    )
    profile = profiles.built({b"A2B0": table}, space=b"CMYK", connection=b"Lab ")
    picture = Image.new("CMYK", (16, 16), (10, 200, 30, 0))
    one, other = (encoded(picture, "JPEG", icc_profile=found) for found in (profile, profile + bytes(2)))
    assert cleaned(other) == cleaned(one) != cleaned(encoded(picture, "JPEG"))


# GIF


def _with_extension(*extensions: bytes) -> bytes:
    data = animated("GIF", 3)
    at = data.index(b"!\xff\x0bNETSCAPE2.0")
    return data[:at] + b"".join(extensions) + data[at + 19 :]


def _loop(name: bytes, count: int, sub: int = 1) -> bytes:
    return b"!\xff\x0b" + name + struct.pack("<BBHB", 3, sub, count, 0)


@pytest.mark.parametrize(
    ("extensions", "loop"),
    [
        ([], None),
        ([_loop(b"NETSCAPE2.0", 0)], 0),
        ([_loop(b"ANIMEXTS1.0", 0)], 0),
        ([_loop(b"ANIMEXTS1.0", 4)], 4),
        ([_loop(b"netscape2.0", 7)], 7),
        ([_loop(b"Animexts1.0", 65535)], 65535),
        ([_loop(b"NETSCAPE2.0", 3), _loop(b"ANIMEXTS1.0", 5)], 5),
        ([_loop(b"ANIMEXTS1.0", 2), _loop(b"XMP DataXMP", 9)], 2),
        ([b"!\xff\x0bNETSCAPE2.0\5\2\0\0\1\0\3\1\6\0\0"], 6),
        ([b"!\xff\x0bNETSCAPE2.0\3\1\6\0\5\2\0\0\1\0\0"], 6),
        ([b"!\xff\x0bANIMEXTS1.0\5\1\6\0\0\0\0"], 6),
        ([_loop(b"NETSCAPE2.0", 6), b"!\xff\x0bNETSCAPE2.0\5\2\0\0\1\0\0"], 6),
        ([b"!\xff\x0bNETSCAPE2.0\0"], None),
        ([b"!\xff\x0bNETSCAPE2.0\2\1\6\0"], None),
        ([b"!\xff\x08NETSCAPE\3\1\6\0\0"], None),
    ],
    ids=range(15),
)
def test_how_often_a_gif_plays(extensions: list[bytes], loop: int | None) -> None:
    assert opened(cleaned(_with_extension(*extensions))).info.get("loop") == loop


@pytest.mark.parametrize(
    "note",
    [
        b"!\xf9\1\0\0",
        b"!\xf9\0",
        b"!\xf9\5\0\0\0\0\0\0",
        b"!\xfe" + (b"\xff" + NOISE[:255]) * 10 + b"\0",
        b"!\1\x0c" + bytes(12) + b"\3abc\0",
        b"!\xff\x0bXMP DataXMP" + b"<x/>" + bytes(range(255, -1, -1)) + b"\0",
        b"!\x42\3abc\0",
    ],
    ids=range(7),
)
def test_a_damaged_note_does_not_cost_a_gif(note: bytes) -> None:
    data = animated("GIF", 3)
    at = data.index(b"!\xf9\4")
    assert opened(cleaned(data[:at] + note + data[at:])).n_frames == 3
