"""What each option of a link makes of a picture (second contract, section 3), next to the plainest way to make it."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from constellation.common.errors import Invalid
from constellation.imaging.focus import auto_focus
from constellation.imaging.grammar import parse_options
from constellation.imaging.options import options_in
from constellation.imaging.pipeline import render
from constellation.imaging.steps.choose_size import chosen_size
from tests import photographs
from tests.support.naive import gaussian, made, seen
from tests.support.pictures import animated, distance, encoded, opened

WIDTH = 90


def asked(data: bytes, extension: str, query: Mapping[str, str]) -> Any:
    """The picture that a link with this query gives."""
    options = options_in(parse_options({name: [value] for name, value in query.items()}), extension)
    return opened(render(data, options, extension))


def _opaque() -> Image.Image:
    return photographs.picture(WIDTH)


def _translucent() -> Image.Image:
    """A photograph whose clear part is of a colour that would show if it were mixed in."""
    image = photographs.translucent(WIDTH)
    clear = Image.new("RGBA", image.size, (0, 255, 0, 0))
    return Image.composite(image, clear, image.getchannel("A").point([0] + [255] * 255))


QUERIES: list[dict[str, str]] = [
    {"fit": "inside", "w": "40", "h": "40"},
    {"fit": "cover", "w": "40", "h": "40"},
    {"crop": "true", "w": "31"},
    {"fit": "cover", "w": "200", "h": "30"},
    {"fit": "pad", "w": "51", "h": "40"},
    {"fit": "pad", "w": "40", "h": "51"},
    {"fit": "pad", "w": "120", "h": "101"},
    {"fit": "pad", "w": "51", "h": "40", "bg": "FF8000"},
    {"fit": "pad", "w": "40", "h": "51", "bg": "ff800080"},
    {"fit": "pad", "w": "40", "h": "51", "bg": "transparent"},
    {"bg": "3366cc"},
    {"bg": "3366cc40", "w": "45"},
    {"bg": "00000000"},
    *(
        {"fit": "cover", "w": "30", "h": "40", "focus": focus}
        for focus in ("0,0", "1,1", "0.3,0.5", "center", "0.75,1")
    ),
    {"fit": "cover", "w": "60", "h": "20", "focus": "0.9,0.125"},
    {"w": "20", "dpr": "1.5"},
    {"w": "15", "h": "15", "dpr": "3", "fit": "cover"},
    *({"rotate": rotate} for rotate in ("90", "180", "270")),
    *({"flip": flip, "w": "41"} for flip in ("h", "v", "hv")),
    *({"flip": flip, "rotate": rotate} for flip in ("h", "v", "hv") for rotate in ("90", "180", "270")),
    {"rotate": "90", "w": "30", "h": "90"},
    {"rotate": "270", "w": "50", "h": "20", "fit": "cover", "focus": "0.1,0.8", "flip": "h"},
    {"rotate": "90", "w": "20", "h": "50", "fit": "cover", "focus": "0.9,0.3", "flip": "v"},
    {"rotate": "180", "w": "25", "h": "25", "fit": "cover", "focus": "0,0.5", "flip": "hv"},
    {"blur": "1"},
    {"blur": "3", "w": "60"},
    {"blur": "12", "w": "60"},
    {"blur": "9", "w": "80", "h": "80", "fit": "pad", "rotate": "270"},
    {"gray": "true"},
    {"gray": "true", "w": "44", "bg": "ff0000"},
    {"gray": "true", "w": "44", "h": "60", "bg": "ff0000", "fit": "pad"},
    {"gray": "true", "w": "44", "h": "60", "fit": "pad"},
    {"blur": "4", "w": "44", "h": "60", "bg": "0000ff", "fit": "pad", "rotate": "90"},
    {
        "w": "25",
        "h": "20",
        "dpr": "2",
        "fit": "cover",
        "focus": "0.2,0.9",
        "flip": "v",
        "rotate": "90",
        "blur": "2",
        "gray": "true",
        "bg": "ff00ff80",
    },
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: "&".join(map("=".join, query.items())))
@pytest.mark.parametrize("source", ["opaque", "translucent", "jpeg", "large jpeg"])
def test_the_pixels_are_those_of_the_plainest_way(source: str, query: dict[str, str]) -> None:
    picture = {"opaque": _opaque, "translucent": _translucent}.get(source, _opaque)()
    data, allowed = encoded(picture, "PNG"), 4.0
    if source == "jpeg":
        data, allowed = encoded(picture, "JPEG", quality=98, subsampling=0), 5.5
    if source == "large jpeg":
        if not {"w", "h"} & query.keys() or "200" in query.values():
            query = {**query, "w": "80"}
        picture = photographs.picture(360)
        data, allowed = encoded(picture, "JPEG", quality=98, subsampling=0), 5.5
    expected = made(picture, query)
    result = asked(data, "png", query)
    assert result.size == expected.size
    assert distance(seen(result), seen(expected)) < allowed
    if source == "opaque" and "fit" not in query and query.get("bg") != "3366cc40":
        assert result.mode in ("RGB", "L")


@pytest.mark.parametrize("extension", ["jpg", "webp", "gif", "avif"])
@pytest.mark.parametrize("query", QUERIES[4:13], ids=lambda query: "&".join(map("=".join, query.items())))
def test_backgrounds_in_every_format(extension: str, query: dict[str, str]) -> None:
    """In jpg paper is white and transparency of a colour counts as opaque; in gif alpha below 128 is clear."""
    expected = made(_translucent(), query, opaque=extension == "jpg")
    if extension == "gif":
        expected.putalpha(expected.getchannel("A").point([0] * 128 + [255] * 128))
    result = asked(encoded(_translucent(), "PNG"), extension, query)
    assert result.size == expected.size
    assert distance(seen(result), seen(expected)) < 15
    if extension == "gif":
        clear = result.convert("RGBA").getchannel("A").tobytes()
        assert set(clear) <= {0, 255}
        assert sum(one != other for one, other in zip(clear, expected.getchannel("A").tobytes(), strict=True)) < 40


def test_an_odd_pixel_of_a_canvas_is_right_and_below() -> None:
    result = asked(encoded(Image.new("RGB", (4, 2), "red"), "PNG"), "png", {"fit": "pad", "w": "7", "h": "5"})
    assert result.getchannel("A").getbbox() == (1, 1, 5, 3)
    assert set(result.getcolors()) == {(8, (255, 0, 0, 255)), (27, (0, 0, 0, 0))}


def test_a_canvas_as_large_as_can_be() -> None:
    query = {"fit": "pad", "w": "2048", "h": "2048", "dpr": "2", "bg": "010203", "gray": "true"}
    result = asked(encoded(_opaque(), "JPEG"), "jpg", query)
    assert result.size == (4096, 4096)
    assert distance(result.crop((0, 0, 100, 100)), Image.new("RGB", (100, 100), (1, 2, 3))) < 3


def test_the_largest_blur_leaves_no_detail() -> None:
    """A picture that is smaller than the bell has nearly one colour, that of its edges and middle."""
    result = asked(encoded(_opaque(), "PNG"), "png", {"blur": "50", "w": "30"})
    assert all(high - low < 24 for low, high in result.getextrema())


@pytest.mark.parametrize("extension", ["png", "webp", "jpg", "gif", "avif"])
@pytest.mark.parametrize("query", [{"w": "40"}, {"blur": "6"}, {"w": "60", "h": "60", "fit": "pad"}])
def test_clear_pixels_leave_no_fringe(query: dict[str, str], extension: str) -> None:
    """White beside what is clear and black stays white, however far it is blurred."""
    picture = Image.new("RGBA", (80, 60), (0, 0, 0, 0))
    picture.paste((255, 255, 255, 255), (20, 10, 60, 50))
    result = asked(encoded(picture, "PNG"), extension, query).convert("RGBA")
    values = result.tobytes()
    visible = [values[at : at + 3] for at in range(0, len(values), 4) if values[at + 3] > 8]
    assert min(map(min, visible)) >= (250 if extension in ("png", "gif") else 235)


def test_grey_is_luma_in_srgb() -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (12, 200, 99)]
    for colour in colours:
        result = asked(encoded(Image.new("RGB", (9, 9), colour), "PNG"), "png", {"gray": "true"})
        red, green, blue = colour
        assert result.mode == "L"
        assert result.getpixel((4, 4)) == pytest.approx(0.299 * red + 0.587 * green + 0.114 * blue, abs=0.6)


def _seen_in_another_order() -> bytes:
    """A profile by which red is seen as green and green as red."""
    profile = photographs.srgb_profile()
    return profile.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "gif", "avif"])
def test_the_profile_is_applied_before_luma_and_beside_a_background(kind: str, extension: str) -> None:
    red = encoded(Image.new("RGB", (40, 40), (250, 0, 0)), kind, icc_profile=_seen_in_another_order(), quality=95)
    grey = asked(red, extension, {"gray": "true", "w": "30"})
    assert "icc_profile" not in grey.info
    assert grey.convert("RGB").getpixel((15, 15))[1] == pytest.approx(0.587 * 250, abs=10)
    laid = asked(red, extension, {"fit": "pad", "w": "60", "h": "30", "bg": "ff0000"})
    assert "icc_profile" not in laid.info
    middle, edge = laid.convert("RGB").getpixel((30, 15)), laid.convert("RGB").getpixel((4, 15))
    assert middle[1] > 200 > 60 > middle[0]
    assert edge[0] > 240 > 20 > edge[1]


@pytest.mark.parametrize("extension", ["png", "webp", "jpg"])
def test_a_canvas_of_no_colour_keeps_the_profile(extension: str) -> None:
    data = photographs.with_profile("PNG")
    assert "icc_profile" in asked(data, extension, {"fit": "pad", "w": "60", "h": "30"}).info


def test_a_quality_is_that_of_the_encoder() -> None:
    data = encoded(photographs.picture(200), "PNG")
    for quality in (5, 50, 80, 100):
        plain = opened(encoded(photographs.picture(200), "JPEG", quality=quality))
        assert asked(data, "jpg", {"q": str(quality)}).quantization == plain.quantization
    for extension in ("jpg", "webp", "avif"):
        sizes = [len(_rendered(data, extension, {"q": str(quality)})) for quality in (5, 30, 60, 90, 100)]
        assert sizes == sorted(sizes)
        assert len(set(sizes)) == len(sizes)
        assert _rendered(data, extension, {"q": "83"}) == _rendered(data, extension, {"q": "85"})
    for extension in ("png", "gif"):
        assert _rendered(data, extension, {"q": "5"}) == _rendered(data, extension, {})
    plain, fast = (_rendered(animated("GIF"), "webp", query) for query in ({}, {"q": "10"}))
    assert len(fast) < len(plain)


def _rendered(data: bytes, extension: str, query: Mapping[str, str]) -> bytes:
    return render(
        data, options_in(parse_options({name: [value] for name, value in query.items()}), extension), extension
    )


@pytest.mark.parametrize("source", ["GIF", "WEBP", "clear GIF"])
@pytest.mark.parametrize("extension", ["gif", "webp"])
@pytest.mark.parametrize(
    "query",
    [
        {"fit": "pad", "w": "50", "h": "40", "bg": "808080"},
        {"fit": "pad", "w": "70", "h": "60"},
        {"rotate": "90"},
        {"flip": "v", "rotate": "270", "w": "30"},
        {"blur": "2"},
        {"gray": "true", "w": "40"},
        {"fit": "cover", "w": "20", "h": "20", "focus": "1,0", "bg": "00ff00"},
    ],
    ids=str,
)
def test_every_picture_of_an_animation_is_changed_alike(source: str, extension: str, query: dict[str, str]) -> None:
    if source == "clear GIF":
        frames = [photographs.translucent(64).rotate(turn).quantize(60) for turn in (0, 20, 90)]
        data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, disposal=2)
    else:
        data = {"GIF": photographs.animated_gif, "WEBP": photographs.animated_webp}[source](3, width=64)
    before, after = opened(data), asked(data, extension, query)
    assert after.n_frames == before.n_frames == 3
    for number in range(3):
        before.seek(number)
        after.seek(number)
        expected = made(before.convert("RGBA"), query)
        if extension == "gif":
            expected.putalpha(expected.getchannel("A").point([0] * 128 + [255] * 128))
        assert after.size == expected.size
        assert distance(seen(after), seen(expected)) < 16, number


def test_turning_an_animation_keeps_its_colours() -> None:
    before = opened(animated("GIF"))
    after = asked(animated("GIF"), "gif", {"rotate": "90"})
    for number in range(3):
        before.seek(number)
        after.seek(number)
        assert after.convert("RGB").tobytes() == before.convert("RGB").transpose(Image.Transpose.ROTATE_270).tobytes()


def test_a_canvas_too_large_for_an_animation_is_refused() -> None:
    query = {"fit": "pad", "w": "4096", "h": "4096"}
    many = animated("GIF", frames=6, width=8, height=8)
    options = parse_options({name: [value] for name, value in query.items()})
    assert chosen_size(8, 8, 5, options, "webp") == chosen_size(8, 8, 6, options, "png") == (4096, 4096)
    for extension in ("gif", "webp"):
        with pytest.raises(Invalid) as refused:
            asked(many, extension, query)
        (violation,) = refused.value.violations
        assert (violation.property, "100 megapixels" in violation.message) == ("fit", True)


def test_equal_meanings_are_equal_bytes() -> None:
    data = photographs.flower()
    for one, other in itertools.pairwise(
        (
            {"w": "60", "crop": "true", "flip": "v", "rotate": "90"},
            {"w": "30", "h": "30", "dpr": "2", "fit": "cover", "flip": "h", "rotate": "270", "gray": "False"},
        )
    ):
        assert _rendered(data, "jpg", one) == _rendered(data, "jpg", other)


def test_the_plain_gaussian_is_one() -> None:
    """A point becomes a bell: three fifths and more of its light lie within one sigma along a line."""
    point = Image.new("RGBA", (41, 41), (0, 0, 0, 255))
    point.putpixel((20, 20), (255, 255, 255, 255))
    blurred = gaussian(point, 1).getchannel("R")
    assert blurred.getpixel((20, 20)) == pytest.approx(255 / 6.2832, abs=1)
    assert blurred.getpixel((21, 20)) == pytest.approx(255 / 6.2832 * 0.6065, abs=1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("turned", [{}, {"rotate": "90"}, {"flip": "h"}, {"flip": "v", "rotate": "270"}])
def test_auto_keeps_the_most_detailed_part_wherever_it_is_turned(kind: str, turned: dict[str, str]) -> None:
    """A photograph on an even ground, once at the left and once at the right."""
    for left in (0, 210):
        ground = Image.new("RGB", (300, 90), "steelblue")
        ground.paste(photographs.picture(90), (left, 15))
        query = {"w": "80", "h": "80", "fit": "cover", **turned}
        x, y = auto_focus(ground, (0.3, 1))
        assert (x < 0.3, x > 0.7) == (left == 0, left > 0)
        found = asked(encoded(ground, kind), "png", {**query, "focus": "auto"})
        assert distance(found, asked(encoded(ground, kind), "png", {**query, "focus": f"{x},{y}"})) < 8
        assert distance(found, asked(encoded(ground, kind), "png", query)) > 40


def test_auto_cuts_every_picture_of_an_animation_alike() -> None:
    first = Image.new("RGB", (120, 40), "steelblue")
    first.paste(photographs.picture(60), (60, 0))
    data = encoded(first, "GIF", save_all=True, append_images=[first.rotate(180), first], duration=100)
    auto = asked(data, "webp", {"w": "40", "h": "40", "fit": "cover", "focus": "auto", "q": "100"})
    told = asked(data, "webp", {"w": "40", "h": "40", "fit": "cover", "focus": "0.7,0.5", "q": "100"})
    assert auto.n_frames == 3
    for number in range(3):
        auto.seek(number)
        told.seek(number)
        assert distance(auto.convert("RGB"), told.convert("RGB")) < 25, number
