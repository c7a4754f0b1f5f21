"""What a PNG says of its colours without an ICC profile is what is seen, in the original and in every rendition."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# Pillow's annotations name types of numpy, which is not here.

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from PIL import Image, ImageCms

from constellation.imaging import colour
from constellation.imaging.clean import Limits, clean
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from tests import photographs
from tests.support import profiles
from tests.support.containers import CHANNELS, DEPTHS, chunk, png, with_chunks
from tests.support.pictures import distance, encoded, opened

LIMITS = Limits(size_limit=4_500_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)
SRGB: Any = ImageCms.createProfile("sRGB")
WHOLE = Options()
HALF = Options(8)

_D65 = (0.3127, 0.329)
SRGB_PRIMARIES = (*_D65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
WIDE = (*_D65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046)


def gamma(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def chromaticities(*values: float) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values)))


def coded(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> bytes:
    return chunk(b"cICP", bytes([primaries, transfer, matrix, full]))


def embedded(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"a\0\0" + zlib.compress(profile))


SAID_SRGB = chunk(b"sRGB", b"\0")
WARM = profiles.built(profiles.matrix(gTRC=profiles.parametric(1.0)))


def cleaned(data: bytes) -> bytes:
    return clean(data, field="image", limits=LIMITS).data


def seen(data: bytes) -> Image.Image:
    """The picture in sRGB, as whoever knows ICC profiles shows it."""
    image = opened(data)
    found = image.info.get("icc_profile")
    picture = (
        image.convert("RGB") if image.mode in ("P", "RGBA") else image.convert("L") if image.mode == "LA" else image
    )
    if picture.mode in ("I;16", "1"):
        picture = colour.plain(picture)
    if not found:
        return picture.convert("RGB")
    profile = ImageCms.ImageCmsProfile(io.BytesIO(found))
    shown: Any = ImageCms.profileToProfile(picture, profile, SRGB, outputMode="RGB")
    return shown


def flat(*levels: int, side: int = 16, before: bytes = b"") -> bytes:
    """A picture of one colour, grey or RGB."""
    row = b"\0" + bytes(levels) * side
    return png((side, side), row * side, colour=2 if len(levels) == 3 else 0, before=before)


def shown(data: bytes) -> tuple[int, ...]:
    """The colour that is seen in the middle."""
    image = seen(data)
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return tuple(map(int, pixel))


def srgb(light: float) -> float:
    value = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return 255 * value


def near(one: tuple[int, ...], other: tuple[float, ...], most: float = 1.5) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("exponent", [0.2, 0.45455, 0.5, 0.55556, 1.0, 1.8, 2.2])
@pytest.mark.parametrize("level", [0, 20, 64, 128, 200, 255])
def test_the_gamma_of_a_png_counts(level: int, exponent: float) -> None:
    expected = srgb((level / 255) ** (1 / exponent))
    for levels in ((level,), (level,) * 3):
        data = cleaned(flat(*levels, before=gamma(exponent)))
        assert near(shown(data), (expected,) * 3)
        assert opened(data).getpixel((0, 0)) == (level if len(levels) == 1 else levels)


def test_grey_64_in_linear_light_is_137() -> None:
    assert near(shown(cleaned(flat(64, 64, 64, before=gamma(1.0)))), (137, 137, 137))
    assert near(shown(cleaned(flat(64, before=gamma(1.0)))), (137, 137, 137))


@pytest.mark.parametrize("extension", ["png", "jpg", "webp", "gif", "avif"])
@pytest.mark.parametrize("transform", [WHOLE, HALF])
@pytest.mark.parametrize("levels", [(64,), (64, 64, 64), (200, 40, 60)])
def test_it_counts_in_every_rendition(levels: tuple[int, ...], transform: Options, extension: str) -> None:
    original = cleaned(flat(*levels, before=gamma(1.0)))
    expected = tuple(srgb(level / 255) for level in (levels * 3)[:3])
    assert near(shown(render(original, transform, extension)), expected, 4)


@pytest.mark.parametrize(
    ("depth", "colour_type"), [(depth, kind) for kind, depths in DEPTHS.items() for depth in depths]
)
def test_it_counts_in_every_kind_of_png(depth: int, colour_type: int) -> None:
    most = (1 << depth) - 1
    level = most // 4 if depth > 1 else 1
    samples = [level] * CHANNELS[colour_type]
    if colour_type in (4, 6):
        samples[-1] = most
    bits = "".join(f"{value:0{depth}b}" for value in samples * 16)
    row = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    data = cleaned(png((16, 16), row * 16, depth=depth, colour=colour_type, before=gamma(1.0)))
    share = level / 255 if colour_type == 3 else level / most
    assert near(shown(data), (srgb(share),) * 3, 3)
    assert near(shown(render(data, WHOLE, "webp")), (srgb(share),) * 3, 4)


def test_what_is_clear_stays_clear() -> None:
    picture = photographs.translucent(64)
    data = cleaned(with_chunks(encoded(picture, "PNG"), gamma(1.0)))
    assert opened(data).getchannel("A").tobytes() == picture.getchannel("A").tobytes()
    alpha = opened(render(data, WHOLE, "webp")).getchannel("A")
    assert distance(alpha, picture.getchannel("A")) < 1
    palette = photographs.picture(64).quantize(16)
    clear = cleaned(with_chunks(encoded(palette, "PNG", transparency=3), gamma(1.0)))
    assert opened(clear).info["transparency"] == 3
    assert opened(clear).info["icc_profile"]


def test_red_of_other_primaries_is_another_red() -> None:
    wide = shown(cleaned(flat(180, 90, 90, before=chromaticities(*WIDE))))
    by_profile = shown(cleaned(flat(180, 90, 90, before=coded(9, 13))))
    assert near(wide, by_profile)
    assert wide[0] > 190
    assert shown(cleaned(flat(180, 90, 90, before=chromaticities(*SRGB_PRIMARIES)))) == (180, 90, 90)
    assert near(shown(cleaned(flat(180, 180, 180, before=chromaticities(*WIDE)))), (180, 180, 180))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (SAID_SRGB + gamma(1.0), (64, 64, 64)),
        (gamma(1.0) + SAID_SRGB, (64, 64, 64)),
        (coded(1, 13) + gamma(1.0), (64, 64, 64)),
        (coded(1, 13) + embedded(WARM), (64, 64, 64)),
        (coded(1, 8) + SAID_SRGB, (137, 137, 137)),
        (gamma(1.0) + coded(1, 8) + embedded(photographs.srgb_profile()), (137, 137, 137)),
        (embedded(photographs.srgb_profile()) + gamma(1.0), (64, 64, 64)),
        (embedded(photographs.srgb_profile()) + SAID_SRGB + gamma(1.0), (64, 64, 64)),
        (embedded(b"broken") + gamma(1.0), (137, 137, 137)),
        (chunk(b"iCCP", b"no profile") + gamma(1.0), (137, 137, 137)),
        (embedded(b"broken") + SAID_SRGB + gamma(1.0), (64, 64, 64)),
        (coded(2, 2) + gamma(1.0), (137, 137, 137)),
        (coded(1, 8, matrix=1) + gamma(0.45455) + SAID_SRGB, (64, 64, 64)),
        (chunk(b"cICP", b"\1\x08") + SAID_SRGB, (64, 64, 64)),
        (chunk(b"gAMA", struct.pack(">I", 100_000), checksum=1), (64, 64, 64)),
        (gamma(1.0) + gamma(0.45455), (137, 137, 137)),
        (chunk(b"gAMA", bytes(4)), (64, 64, 64)),
        (chunk(b"gAMA", b"\0"), (64, 64, 64)),
        (chunk(b"gAMA", b"\xff" * 4), (64, 64, 64)),
        (gamma(1.0) + chunk(b"cHRM", bytes(32)), (137, 137, 137)),
        (gamma(1.0) + chunk(b"cHRM", b"\xff" * 32), (137, 137, 137)),
        (gamma(1.0) + chunk(b"cHRM", bytes(31)), (137, 137, 137)),
        (chunk(b"cHRM", b"\0\0\0\1" * 8), (64, 64, 64)),
    ],
    ids=range(23),
)
def test_which_chunk_counts(before: bytes, expected: tuple[int, ...]) -> None:
    assert near(shown(cleaned(flat(64, 64, 64, before=before))), expected)


def test_what_is_said_after_the_pixels_does_not_count() -> None:
    row = b"\0" + bytes([64] * 3) * 16
    assert shown(cleaned(png((16, 16), row * 16, after=gamma(1.0)))) == (64, 64, 64)


LIGHT: Mapping[int, Callable[[float], float]] = {
    1: lambda value: ((value + 0.0993) / 1.0993) ** (1 / 0.45),
    4: lambda value: value**2.2,
    5: lambda value: value**2.8,
    7: lambda value: ((value + 0.1115) / 1.1115) ** (1 / 0.45),
    8: lambda value: value,
    9: lambda value: 10 ** (2 * value - 2),
    10: lambda value: 10 ** (2.5 * value - 2.5),
    13: lambda value: ((value + 0.055) / 1.055) ** 2.4,
    17: lambda value: value**2.6 * 52.37 / 48,
}


@pytest.mark.parametrize("transfer", LIGHT)
def test_code_points(transfer: int) -> None:
    for level in (64, 128, 230):
        light = LIGHT[transfer](level / 255)
        for levels in ((level,), (level,) * 3):
            assert near(shown(cleaned(flat(*levels, before=coded(1, transfer)))), (srgb(light),) * 3)


def test_levels_of_video() -> None:
    """Where a picture has no full range, 16 is black and 235 white."""
    for level, expected in ((0, 0), (16, 0), (125, 128), (235, 255), (255, 255)):
        found = shown(cleaned(flat(level, level, level, before=coded(1, 13, full=0))))
        assert near(found, (expected,) * 3, 2)


@pytest.mark.parametrize("transfer", [16, 18])
def test_high_dynamic_range_is_made_to_fit(transfer: int) -> None:
    """Black is black, each step is lighter, white is nearly white, and highlights still differ."""
    steps = [shown(cleaned(flat(level, level, level, before=coded(9, transfer))))[1] for level in range(0, 256, 15)]
    assert steps == sorted(steps)
    assert steps[0] <= 1
    assert steps[-1] >= 253
    white = {16: 148, 18: 191}[transfer]
    assert 215 < shown(cleaned(flat(white, white, white, before=coded(9, transfer))))[1] < 240


def test_a_profile_that_is_made_is_clean_and_small() -> None:
    for before in (gamma(1.0), gamma(0.5) + chromaticities(*WIDE), coded(9, 16), coded(12, 13)):
        for levels in ((64,), (64, 64, 64)):
            once = cleaned(flat(*levels, before=before))
            assert len(once) < 3000
            assert cleaned(once) == once


def test_a_profile_of_another_space_does_not_count() -> None:
    grey = profiles.KINDS["grey"]
    assert near(shown(cleaned(flat(64, 64, 64, before=embedded(grey) + gamma(1.0)))), (137, 137, 137))
    assert near(shown(cleaned(flat(64, before=embedded(photographs.srgb_profile()) + gamma(1.0)))), (137, 137, 137))
