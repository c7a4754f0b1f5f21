"""Reductions: what is kept beside an original, which one a result is made from, and that nobody sees the difference."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import random
from math import ceil

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from constellation.imaging.clean import Limits, Picture, clean
from constellation.imaging.options import CENTRE, Options, output_size
from constellation.imaging.pipeline import render
from constellation.imaging.reductions import (
    INDEX,
    NONE,
    THREE_EIGHTHS,
    Part,
    Reduced,
    chosen,
    divisors,
    joined,
    needed_scale,
    noted,
)
from constellation.imaging.steps import reduce_jpeg
from constellation.imaging.watermark import Watermark
from tests import photographs
from tests.support import profiles
from tests.support.pictures import animated, distance, encoded, opened, painted

LIMITS = Limits(size_limit=50_000_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)


def cleaned(data: bytes) -> Picture:
    return clean(data, field="image", limits=LIMITS, reduces=True)


def files(picture: Picture) -> dict[float, bytes]:
    """The reductions of a picture by their divisors."""
    return {
        each.divisor: picture.reductions.data[each.start : each.start + each.size]
        for each in noted(picture.reductions.note)
        if each.divisor != INDEX
    }


def both(picture: Picture, options: Options, extension: str) -> tuple[Image.Image, Image.Image]:
    """A result from the original, and from the reduction that is chosen for it."""
    scale = needed_scale(picture.width, picture.height, options)
    found = chosen(picture.reductions.note, scale, extension)
    assert found, "no reduction is enough"
    data = picture.reductions.data[found.start : found.start + found.size]
    reduced = Reduced(picture.width, picture.height, found.divisor)
    return (
        opened(render(picture.data, options, extension)),
        opened(render(data, options, extension, reduced=reduced)),
    )


def screenshot(mode: str, width: int = 2001, height: int = 1203) -> Image.Image:
    """Lines of one pixel, letters and even areas."""
    chance = random.Random(7)
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for number in range(60):
        x, y = chance.randrange(width), chance.randrange(height)
        draw.rectangle((x, y, x + 300, y + 120), outline="black", fill=f"hsl({number * 6}, 80%, 60%)")
        draw.text((x + 8, y + 8), "Every line of this window stays sharp, 0123456789", fill="black")
        draw.line((0, y, width, y + 40), fill="navy")
    if mode in ("RGBA", "LA"):
        hole = Image.linear_gradient("L").resize((width, height))
        image.putalpha(hole)
    return image.convert(mode) if mode != "P" else image.quantize(16)


def swapped() -> bytes:
    """A profile in which red and green are exchanged, so that nobody can overlook that it is applied."""
    tags = profiles.matrix()
    tags[b"rXYZ"], tags[b"gXYZ"] = tags[b"gXYZ"], tags[b"rXYZ"]
    return profiles.built(tags)


# What is kept


def test_what_is_kept_of_a_photograph() -> None:
    picture = cleaned(photographs.sunset())
    kept = files(picture)
    assert list(kept) == [THREE_EIGHTHS, 4, 8]
    for divisor, data in kept.items():
        image = opened(data)
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert image.size == (ceil(picture.width / divisor), ceil(picture.height / divisor))
    assert len(picture.reductions.data) < 0.4 * len(picture.data)


@pytest.mark.parametrize(
    ("mode", "format_", "decoded"),
    [
        ("RGB", "WEBP", "RGB"),
        ("RGBA", "WEBP", "RGBA"),
        ("P", "WEBP", "RGB"),
        ("L", "PNG", "L"),
        ("1", "PNG", "L"),
        ("LA", "PNG", "LA"),
        ("I;16", "PNG", "L"),
    ],
)
def test_what_is_kept_of_a_png(mode: str, format_: str, decoded: str) -> None:
    image = Image.linear_gradient("L").resize((2001, 1203)).convert("I").convert(mode) if mode == "I;16" else None
    kept = files(cleaned(encoded(image or screenshot(mode), "PNG")))
    assert [opened(data).size for data in kept.values()] == [(1001, 602), (500, 300)]
    assert {(opened(data).format, opened(data).mode) for data in kept.values()} == {(format_, decoded)}


def test_a_transparent_colour_of_a_png_is_kept() -> None:
    image = Image.new("RGB", (1200, 900), "red")
    image.paste("blue", (600, 0, 1200, 900))
    picture = cleaned(encoded(image, "PNG", transparency=(255, 0, 0)))
    (half,) = (opened(data) for data in files(picture).values())
    assert half.getpixel((10, 10))[3] == 0
    assert half.getpixel((590, 10)) == (0, 0, 255, 255)


@pytest.mark.parametrize(
    ("options", "format_"), [({"quality": 80}, "JPEG"), ({"lossless": True, "quality": 0, "method": 0}, "WEBP")]
)
def test_what_is_kept_of_a_webp(options: dict[str, bool], format_: str) -> None:
    kept = files(cleaned(encoded(painted(1500, 900), "WEBP", **options)))
    assert [(opened(data).format, opened(data).size) for data in kept.values()] == [(format_, (750, 450))]


def test_a_lossy_webp_with_transparency_keeps_it() -> None:
    (data,) = files(cleaned(encoded(screenshot("RGBA", 1200, 900), "WEBP", quality=80))).values()
    assert opened(data).mode == "RGBA"


@pytest.mark.parametrize("data", [animated("GIF"), animated("WEBP", width=1000), encoded(painted(900, 900), "PNG")])
def test_nothing_is_kept_of_an_animation_or_of_what_is_small(data: bytes) -> None:
    assert cleaned(data).reductions == NONE


def test_nothing_is_kept_unless_it_is_asked_for() -> None:
    assert clean(encoded(painted(1200, 900), "PNG"), field="image", limits=LIMITS).reductions == NONE


def test_a_profile_goes_along() -> None:
    data = encoded(painted(1200, 900), "PNG", icc_profile=swapped())
    picture = cleaned(data)
    assert opened(files(picture)[2]).info["icc_profile"] == opened(picture.data).info["icc_profile"]


@pytest.mark.parametrize("size", [(20_000, 3), (3, 34_000)])
def test_thin_pictures(size: tuple[int, int]) -> None:
    picture = cleaned(encoded(Image.linear_gradient("L").resize(size).convert("RGB"), "PNG"))
    options = Options(max(1, size[0] // 70), max(1, size[1] // 70))
    one, other = both(picture, options, "png")
    assert other.size == one.size == output_size(*size, options)
    assert distance(one, other) < 3


# Which one is chosen


def note(*divisors_: float, extension: str = "jpg") -> str:
    return joined([Part(each, extension, bytes([int(each)])) for each in divisors_]).note


NOTE = note(THREE_EIGHTHS, 4, 8)


@pytest.mark.parametrize(
    ("width", "divisor"),
    [(4000, None), (1251, None), (1249, THREE_EIGHTHS), (834, THREE_EIGHTHS), (833, 4), (417, 4), (416, 8), (1, 8)],
)
def test_the_smallest_that_is_enough(width: int, divisor: int | None) -> None:
    found = chosen(NOTE, needed_scale(4000, 3000, Options(width)), "jpg")
    assert (found.divisor if found else None) == divisor


def test_colour_at_every_pixel_needs_a_larger_one() -> None:
    scale = needed_scale(4000, 3000, Options(400))
    found = [chosen(NOTE, scale, each) for each in ("jpg", "webp", "avif", "png", "gif")]
    assert [each.divisor for each in found if each] == [8, 8, 8, 4, 4]
    lossless = chosen(note(2, 4, 8, extension="webp"), scale, "png")
    assert lossless
    assert lossless.divisor == 8


def test_a_high_quality_needs_a_larger_one() -> None:
    scale = needed_scale(4000, 3000, Options(400))
    found = [chosen(NOTE, scale, "jpg", quality) for quality in (None, 90, 91, 100)]
    assert [each.divisor for each in found if each] == [8, 8, 4, 4]


def test_a_cut_needs_its_part_alone() -> None:
    assert needed_scale(4000, 3000, Options(300, 300, "cover")) == 0.1
    assert needed_scale(4000, 3000, Options(300, 300, "cover", turn=90)) == 0.1
    assert needed_scale(4000, 3000, Options(300, 400, turn=90)) == 0.1
    assert needed_scale(4000, 3000, Options(300, 300, "pad")) == 0.075


def test_no_note_means_the_original() -> None:
    assert chosen("", 0.01, "jpg") is None
    assert not divisors("image/gif", 5000, 5000, 1)
    assert not divisors("image/webp", 5000, 5000, 2)


def test_a_note_tells_where_each_lies_and_what_it_is() -> None:
    made = joined([Part(2, "webp", b"first"), Part(4, "png", b"second!")])
    one, other = noted(made.note)
    assert [made.data[each.part.start : each.part.stop] for each in (one, other)] == [b"first", b"second!"]
    assert one.matches(b"first")
    assert not one.matches(b"firsT")
    assert not one.matches(b"firs")
    assert not one.matches(b"")


# What comes of it


@pytest.mark.parametrize("extension", ["jpg", "webp", "png", "gif", "avif"])
def test_a_photograph_looks_the_same(extension: str) -> None:
    picture = cleaned(photographs.sunset())
    one, other = both(picture, Options(333), extension)
    assert one.size == other.size == output_size(picture.width, picture.height, Options(333))
    assert distance(one, other) < (4 if extension != "gif" else 9)


def _best(picture: Picture, size: tuple[int, int], extension: str) -> Image.Image:
    """The whole original, scaled by the plainest way to a good result."""
    image = photographs.scaled(opened(picture.data).convert("RGBA"), size)
    if extension == "jpg":
        paper = Image.new("RGB", size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image


def _detail(image: Image.Image) -> float:
    """How far pixels are from their surroundings."""
    grey = image.convert("L")
    return ImageStat.Stat(ImageChops.difference(grey, grey.filter(ImageFilter.GaussianBlur(1)))).rms[0]


def test_a_quarter_of_a_jpeg_has_the_detail_that_averages_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = cleaned(photographs.sunset())
    image, found = opened(picture.data), opened(files(picture)[4])
    best, average = image.resize(found.size, Image.Resampling.LANCZOS), image.reduce(4)
    assert _detail(average) < _detail(best) * 0.97
    assert _detail(best) * 0.99 < _detail(found) < _detail(best) * 1.05
    monkeypatch.setattr(reduce_jpeg, "_CAREFUL", 0)
    larger = opened(files(cleaned(photographs.sunset()))[4])  # as one of more pixels is made
    assert _detail(best) * 0.88 < _detail(larger) < _detail(found)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("sides", [(2003, 1501), (1921, 5), (1280, 1279)])
def test_every_reduction_of_a_jpeg_shows_all_of_it(mode: str, sides: tuple[int, int]) -> None:
    image = Image.new(mode, sides)
    image.paste("white", (0, 0, sides[0] // 2, sides[1]))
    picture = cleaned(encoded(image, "JPEG"))
    kept = files(picture)
    assert list(kept) == [THREE_EIGHTHS, *([4] if sides[0] >= 1920 else [])]
    assert {opened(data).mode for data in kept.values()} == {mode}
    for data in kept.values():
        assert abs(ImageStat.Stat(opened(data).convert("L")).mean[0] - 255 / 2) < 0.6


def test_a_library_without_three_eighths_gets_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reduce_jpeg, "knows_three", bool)
    data = encoded(painted(1950, 1500), "JPEG")
    kept = files(cleaned(data))
    assert [(divisor, opened(found).size) for divisor, found in kept.items()] == [(4, (487, 375))]
    assert files(cleaned(encoded(painted(1300, 900), "JPEG"))) == {}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA"])
@pytest.mark.parametrize(("extension", "width"), [("png", 401), ("jpg", 333), ("webp", 450)])
def test_a_screenshot_is_no_worse(mode: str, extension: str, width: int) -> None:
    picture = cleaned(encoded(screenshot(mode), "PNG"))
    one, other = both(picture, Options(width), extension)
    assert (one.size, one.mode) == (other.size, other.mode)
    best = _best(picture, one.size, extension)
    assert distance(best, other) < distance(best, one) + 0.2


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("focus", [CENTRE, (0, 0), (1000, 1000), (333, 250)])
def test_a_cut_lies_on_the_same_place(kind: str, focus: tuple[int, int]) -> None:
    """Two edges: a shift by one pixel of the result would change the averages by two levels and more."""
    across, down = Image.new("L", (2003, 1501)), Image.new("L", (2003, 1501))
    across.paste(255, (1000, 0, 2003, 1501))
    down.paste(255, (0, 700, 2003, 1501))
    picture = cleaned(encoded(Image.merge("RGB", [across, down, across]), kind))
    one, other = both(picture, Options(90, 120, "cover", focus=focus), "png")
    for before, after in zip(ImageStat.Stat(one).mean, ImageStat.Stat(other).mean, strict=True):
        assert abs(before - after) < 0.35


@pytest.mark.parametrize("options", [Options(300, grey=True), Options(300, blur=3), Options(300, 300, "pad")])
def test_options_are_those_of_the_original(options: Options) -> None:
    one, other = both(cleaned(encoded(screenshot("RGBA"), "PNG")), options, "png")
    assert one.mode == other.mode
    assert distance(one, other) < 6


@pytest.mark.parametrize("extension", ["jpg", "webp", "gif"])
def test_colours_of_a_profile_stay(extension: str) -> None:
    image = Image.new("RGB", (1500, 1000), (200, 60, 40))
    picture = cleaned(encoded(image, "PNG", icc_profile=swapped()))
    one, other = both(picture, Options(200), extension)
    assert one.info.get("icc_profile") == other.info.get("icc_profile")
    assert distance(one.convert("RGB"), other.convert("RGB")) < 2


def test_a_watermark_is_as_large_from_a_reduction() -> None:
    mark, data = cleaned(encoded(screenshot("RGBA", 1201, 903), "PNG")), encoded(painted(400, 300), "PNG")
    (half,) = files(mark).values()
    one, other = (
        opened(render(data, Options(), "png", Watermark(each, "southeast", 0.8, 0.3, 5, size)))
        for each, size in ((mark.data, None), (half, (1201, 903)))
    )
    assert distance(one, other) < 3


def test_a_tile_is_cut_out_of_the_reduction_of_its_own_scale() -> None:
    found = [chosen(NOTE, scale, "jpg", is_tile=True) for scale in (0.25, 0.2507, 0.26, 0.24, 0.125)]
    assert [each.divisor if each else None for each in found] == [4, 4, THREE_EIGHTHS, THREE_EIGHTHS, 8]
    whole = chosen(NOTE, 0.25, "jpg")
    assert whole
    assert whole.divisor == THREE_EIGHTHS
