"""Placeholders: a ThumbHash as the reference implementation makes it, of every kind of picture."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageStat

from constellation.imaging.clean import Limits, clean
from constellation.imaging.colour import in_srgb
from constellation.imaging.placeholder import placeholder, thumbhash
from tests import photographs
from tests.support import profiles
from tests.support.pictures import encoded
from tests.support.thumbhashes import shown

LIMITS = Limits(size_limit=10**7, pixel_limit=10**7, animation_pixel_limit=10**7, frame_limit=100)


def wavy(mode: str, size: tuple[int, int]) -> Image.Image:
    """A picture made of whole numbers only, so that it is the same everywhere."""
    pixels = [
        (
            (x * x // 40 + 2 * y) % 256,
            (9 * x + y * y // 30) % 256,
            (x * y // 23 + 50) % 256,
            (3 * x + y * y // 9 + 60) % 256,
        )
        for y in range(size[1])
        for x in range(size[0])
    ]
    picture = Image.new("RGBA", size)
    picture.putdata(pixels)
    return picture.convert(mode)


# What evanw/thumbhash (js/thumbhash.js at a652ce6) makes of these pictures.
VECTORS: list[tuple[str, tuple[int, int], str]] = [
    ("RGB", (100, 100), "XvgFFwoDdkcAuYSTOmhZiZd396v0RgMI"),
    ("RGB", (100, 67), "XegJHYgwWmhRaoeWd4mHh40fDVRy"),
    ("RGB", (67, 100), "XggKHQ5TWHBpV1mIloZ3h784Sghm"),
    ("RGB", (100, 20), "F9kJIZRwVzh2eHh4cFsHenc="),
    ("RGB", (20, 100), "WNkJIRB0YGeHl2iHdzC0CLo="),
    ("RGB", (31, 32), "kmgJHwwwSmp0eIiId3iHeHiHB2GF/5QH"),
    ("RGB", (3, 2), "hfYJDYJ3eAiHiIiHiIiIgIB2+GiI"),
    ("RGB", (1, 100), "EykmUQoIhXqIiId4CHCGYLg="),
    ("RGB", (100, 1), "lbkpYZaGd3eIiAh5g4gAi9c="),
    ("RGBA", (100, 100), "XviFDQQHFHcQypNria9pbRRgTbDHJMZgWQ=="),
    ("RGBA", (100, 67), "XNiFC4QXMFtQa6V/TQ0kUluixxOWYJY="),
    ("RGBA", (67, 100), "nfiFCwgIY3BainfPOVsIZgZafZI+wqA="),
    ("RGBA", (100, 20), "FqmFCYgXcJeFeXdQWwd7dwzSd5aIiIc="),
    ("RGBA", (20, 100), "WNmFEQgXhHBnh5p4MLUIunV3Z3dkKAc="),
    ("RGBA", (31, 32), "k1iFFQYYMDyEaoh3iAFn2D+JcXdweIl3hw=="),
    ("RGBA", (3, 2), "heaBA4BEgHiGiIeAhvhniHd4iIiHiAg="),
    ("RGBA", (1, 100), "UzmmUQx3CId4iHgIhYdwqAj3h4iHeHg="),
    ("RGBA", (100, 1), "U5mpWZh3h4eIiICGiFB5+FiXiIhwevg="),
]


@pytest.mark.parametrize(("mode", "size", "hash_"), VECTORS)
def test_it_is_what_the_reference_makes(mode: str, size: tuple[int, int], hash_: str) -> None:
    assert placeholder(wavy(mode, size), None) == hash_


def test_a_plain_picture_has_no_waves() -> None:
    assert not any(thumbhash(Image.new("RGB", (9, 7), (7, 90, 201)))[5:])


def _placeholder(data: bytes) -> str:
    return clean(data, field="image", limits=LIMITS).placeholder


def _grey_alpha() -> bytes:
    return encoded(photographs.translucent(60).convert("LA"), "PNG")


def _deep_grey() -> bytes:
    grey = photographs.picture(60).convert("L")
    twice = bytes(half for value in grey.tobytes() for half in (value, value))
    return encoded(Image.frombytes("I;16", grey.size, twice), "PNG")


KINDS: dict[str, Callable[[], bytes]] = {
    "a photograph": photographs.flower,
    "turned": lambda: photographs.camera_jpeg(6),
    "progressive": photographs.progressive_jpeg,
    "CMYK": photographs.cmyk_jpeg,
    "grey": lambda: encoded(photographs.picture(80).convert("L"), "JPEG"),
    "black and white": lambda: encoded(photographs.picture(80).convert("1"), "PNG"),
    "grey, 16 bits": _deep_grey,
    "grey, transparent": _grey_alpha,
    "palette": photographs.palette_png,
    "transparent PNG": lambda: encoded(photographs.translucent(80), "PNG"),
    "transparent WebP": lambda: encoded(photographs.translucent(80), "WEBP", quality=95),
    "animated GIF": photographs.animated_gif,
    "animated WebP": photographs.animated_webp,
    "animated PNG": photographs.animated_png,
    "1 × 1": lambda: encoded(Image.new("RGB", (1, 1), "orange"), "PNG"),
    "1 × 4000": lambda: encoded(Image.linear_gradient("L").resize((1, 4000)), "PNG"),
    "4000 × 1": lambda: encoded(Image.linear_gradient("L").rotate(90).resize((4000, 1)), "PNG"),
    "clear": lambda: encoded(Image.new("RGBA", (9, 9)), "PNG"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_like_the_first_frame_that_a_viewer_shows(kind: str) -> None:
    cleaned = clean(KINDS[kind](), field="image", limits=LIMITS)
    original = Image.open(io.BytesIO(cleaned.data))
    if original.mode == "I;16":
        original = original.point(lambda value: value * (1 / 257)).convert("L")
    seen = original.convert("RGBA")
    found = shown(cleaned.placeholder)
    assert 16 <= len(cleaned.placeholder) <= 36
    opacity = ImageStat.Stat(seen.getchannel("A")).mean[0]
    assert abs(found.average[3] - opacity / 255) < 1 / 15
    if opacity:
        mean = ImageStat.Stat(seen.convert("RGB"), seen.getchannel("A")).mean if opacity == 255 else _weighted(seen)
        assert all(abs(255 * one - other) < 8 for one, other in zip(found.average, mean, strict=False))
    if min(seen.size) > 20:
        small = seen.resize(found.picture.size, Image.Resampling.BOX)
        plain = Image.new("RGBA", small.size, tuple(round(255 * value) for value in found.average))
        assert _distance(found.picture, small) < 0.9 * _distance(plain, small)


def _weighted(picture: Image.Image) -> list[float]:
    return [255 * value for value in shown_average(picture)]


def shown_average(picture: Image.Image) -> list[float]:
    """The average colour, in which what is more opaque counts more, from 0 to 1."""
    *planes, alpha = (plane.tobytes() for plane in picture.split())
    return [sum(a * b for a, b in zip(plane, alpha, strict=True)) / sum(alpha) / 255 for plane in planes]


def _distance(one: Image.Image, other: Image.Image) -> float:
    papers = [
        Image.alpha_composite(Image.new("RGBA", each.size, "white"), each).convert("RGB") for each in (one, other)
    ]
    means = ImageStat.Stat(ImageChops.difference(*papers)).mean
    return sum(means) / len(means)


def test_its_colours_are_srgb() -> None:
    profile = profiles.KINDS["primaries"]
    picture = photographs.picture(80)
    plainly, converted = placeholder(picture, None), _placeholder(encoded(picture, "PNG", icc_profile=profile))
    srgb = in_srgb(picture, profile)
    assert converted != plainly
    assert converted == placeholder(srgb, None)


def test_a_transparent_colour_counts_as_transparent() -> None:
    picture = Image.new("RGB", (40, 40), "red")
    picture.paste((0, 0, 255), (0, 0, 40, 20))
    data = encoded(picture, "PNG", transparency=(255, 0, 0))
    average = shown(_placeholder(data)).average
    assert average == pytest.approx((0, 0, 1, 0.5), abs=0.05)


def test_a_frame_that_leaves_a_part_of_a_gif_empty() -> None:
    frame = Image.new("P", (40, 40), 1)
    frame.putpalette([0, 0, 0, 0, 128, 0])
    frame.paste(0, (0, 0, 40, 20))
    average = shown(_placeholder(encoded(frame, "GIF", transparency=0))).average
    assert average == pytest.approx((0, 0.5, 0, 0.5), abs=0.05)


def test_the_aspect_is_the_pictures() -> None:
    for size, aspect in (((300, 200), 32 / 23), ((200, 300), 23 / 32), ((200, 200), 1)):
        across, down = shown(placeholder(photographs.picture(300).resize(size), None)).picture.size
        assert across / down == pytest.approx(aspect, rel=0.01)
