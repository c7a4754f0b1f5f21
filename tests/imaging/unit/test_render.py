"""Renditions: sizes, formats, transparency, animation, profiles."""

import io
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from constellation.common.errors import Invalid
from constellation.imaging.clean import Limits, clean
from constellation.imaging.codecs import gif
from constellation.imaging.inspect import gif_blocks
from constellation.imaging.inspect.icc import cleaned
from constellation.imaging.options import EXTENSIONS, THUMBNAIL, WHOLE, Options, output_size
from constellation.imaging.pipeline import render
from tests import photographs
from tests.support.pictures import distance, encoded, opened

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF"}
LIMITS = Limits(4_500_000, 40_000_000, 100_000_000, 256)
SMALL = Options(160)


def original(data: bytes) -> bytes:
    return clean(data, field="image", limits=LIMITS).data


def _sixteen_bit_grey() -> Image.Image:
    grey = photographs.picture(640).convert("L")
    return Image.frombytes("I;16", grey.size, bytes(byte for level in grey.tobytes() for byte in (level, level)))


_MODES: dict[str, tuple[Callable[[], bytes], float]] = {
    "jpeg": (photographs.flower, 8),
    "progressive": (photographs.progressive_jpeg, 8),
    "grey jpeg": (lambda: encoded(photographs.picture(640).convert("L"), "JPEG"), 90),
    "cmyk": (photographs.cmyk_jpeg, 9),
    "png": (photographs.png, 8),
    "1": (lambda: encoded(photographs.picture(640).convert("1"), "PNG"), 100),
    "L": (lambda: encoded(photographs.picture(640).convert("L"), "PNG"), 90),
    "LA": (lambda: encoded(photographs.picture(640).convert("LA"), "PNG"), 90),
    "I;16": (lambda: encoded(_sixteen_bit_grey(), "PNG"), 90),
    "P": (lambda: encoded(photographs.picture(640).quantize(200), "PNG"), 12),
    "webp": (photographs.STILLS["image/webp"], 9),
    "gif": (photographs.STILLS["image/gif"], 14),
}
"""What makes a file of each mode, and how far its picture may be from the photograph."""


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("name", _MODES)
def test_every_mode_in_every_format(name: str, extension: str) -> None:
    made, allowed = _MODES[name]
    rendition = opened(render(made(), SMALL, extension))
    assert (rendition.format, rendition.size) == (FORMATS[extension], (160, 107))
    assert distance(rendition, photographs.picture(160)) < allowed + 4 * (extension == "gif")
    if "grey" in name or name in ("1", "L", "LA", "I;16"):
        assert distance(rendition.convert("RGB"), rendition.convert("L").convert("RGB")) < 4


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    ramp = Image.frombytes("I;16", (256, 1), b"".join(struct.pack("<H", level * 257) for level in range(256)))
    rendition = opened(render(encoded(ramp, "PNG"), WHOLE, "png"))
    assert rendition.tobytes() == bytes(range(256))


@pytest.mark.parametrize("extension", FORMATS)
def test_the_whole_picture_is_converted_without_scaling(extension: str) -> None:
    rendition = opened(render(photographs.png(), WHOLE, extension))
    assert rendition.size == (320, 214)
    assert distance(rendition, photographs.picture(320)) < 12


@pytest.mark.parametrize("made", [photographs.flower, photographs.png, photographs.STILLS["image/gif"]])
@pytest.mark.parametrize(
    "transform",
    [
        Options(4096, 4096),
        Options(4096, 4096, "cover"),
        Options(1),
        Options(height=1),
        Options(1, 1, "cover"),
        Options(300, 1, "cover"),
        Options(1, 200, "cover"),
        Options(4096, 10, "cover"),
        Options(639, 4096),
        THUMBNAIL,
    ],
)
def test_the_size_is_exact(made: Callable[[], bytes], transform: Options) -> None:
    data = made()
    width, height = opened(data).size
    assert opened(render(data, transform, "jpg")).size == output_size(width, height, transform)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_crop_is_cut_from_the_centre(kind: str) -> None:
    thirds = Image.new("RGB", (900, 300), "red")
    thirds.paste("lime", (300, 0, 600, 300))
    thirds.paste("blue", (600, 0, 900, 300))
    for transform in (Options(100, 100, "cover"), Options(300, 300, "cover")):
        rendition = opened(render(encoded(thirds, kind), transform, "png"))
        assert distance(rendition, Image.new("RGB", rendition.size, "lime")) < 30
        middle = rendition.crop((5, 5, rendition.width - 5, rendition.height - 5))
        assert distance(middle, Image.new("RGB", middle.size, "lime")) < 6


def test_a_crop_larger_than_a_side_cuts_the_other_only() -> None:
    rendition = opened(render(photographs.png(), Options(100, 4096, "cover"), "png"))
    left = (320 - 100) // 2
    assert distance(rendition, photographs.picture(320).crop((left, 0, left + 100, 214))) < 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency(kind: str) -> None:
    data = encoded(photographs.translucent(320), kind, lossless=True)
    for extension in ("png", "webp", "avif"):
        alpha = opened(render(data, SMALL, extension)).getchannel("A")
        assert alpha.getpixel((2, 50)) < 8
        assert alpha.getpixel((157, 50)) > 247
    on_white = opened(render(data, SMALL, "jpg"))
    assert on_white.mode == "RGB"
    assert min(on_white.getpixel((2, 50))) > 245
    assert distance(on_white.crop((156, 0, 160, 107)), photographs.picture(160).crop((156, 0, 160, 107))) < 10
    cut = opened(render(data, SMALL, "gif")).convert("RGBA").getchannel("A")
    assert (cut.getpixel((2, 50)), cut.getpixel((157, 50))) == (0, 255)


@pytest.mark.parametrize(("mode", "clear"), [("RGB", (1, 2, 3)), ("L", 2), ("1", 0)])
def test_a_clear_colour_is_transparent_too(mode: str, clear: Any) -> None:
    image = Image.new("RGB", (40, 40), (1, 2, 3))
    image.paste((200, 180, 180), (0, 0, 20, 40))
    data = encoded(image.convert(mode, dither=Image.Dither.NONE), "PNG", transparency=clear)
    alpha = opened(render(data, Options(20), "png")).getchannel("A")
    assert (alpha.getpixel((1, 10)), alpha.getpixel((18, 10))) == (255, 0)
    assert min(opened(render(data, WHOLE, "jpg")).getpixel((35, 10))) > 240


@pytest.mark.parametrize("source", [photographs.animated_gif, photographs.animated_webp])
@pytest.mark.parametrize("extension", ["gif", "webp"])
@pytest.mark.parametrize("transform", [WHOLE, Options(80), Options(60, 60, "cover")])
def test_an_animation_goes_on(source: Any, extension: str, transform: Options) -> None:
    data = original(source())
    before, after = opened(data), opened(render(data, transform, extension))
    assert after.n_frames == 5
    for index in range(5):
        before.seek(index)
        after.seek(index)
        before.load()
        after.load()
        assert after.info["duration"] == 100 + 10 * index
        size = output_size(160, 107, transform)
        expected = opened(render(encoded(before.convert("RGB"), "PNG"), transform, "png"))
        assert after.size == size
        assert distance(after.convert("RGB"), expected) < 14


def _checks(width: int, height: int) -> bytes:
    """An animation of two frames in black and white: a line in the one is a gap in the other."""
    lines = [Image.frombytes("L", (width, height), bytes(pair) * (width // 2 * height)) for pair in ((0, 1), (1, 0))]
    frame = gif_blocks.Frame((0, 0, width, height), b"\x00\x00\x00\xff\xff\xff", None, 5, gif_blocks.KEEP)
    return gif.write((width, height), 0, [(frame, each) for each in lines])


def test_a_scaled_animation_has_the_colours_that_scaling_makes() -> None:
    rendition = opened(render(_checks(80, 60), Options(40), "gif"))
    for index in range(2):
        rendition.seek(index)
        assert all(118 < low <= high < 138 for low, high in rendition.convert("RGB").crop((4, 4, 36, 26)).getextrema())


def test_a_whole_animation_has_its_own_colours_and_no_others() -> None:
    before, after = opened(_checks(80, 60)), opened(render(_checks(80, 60), WHOLE, "gif"))
    for index in range(2):
        before.seek(index)
        after.seek(index)
        assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_palettes_of_a_large_animation_are_chosen_from_a_part_of_its_pixels() -> None:
    pictures = [photographs.scaled(photographs.picture(640), (1600, 1300)), Image.new("RGB", (1600, 1300), "teal")]
    data = encoded(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], duration=100, quality=95)
    rendition = opened(render(data, WHOLE, "gif"))
    for index, picture in enumerate(pictures):
        rendition.seek(index)
        assert distance(rendition.convert("RGB"), picture) < 8


@pytest.mark.parametrize(
    ("plays", "in_gif", "in_webp"),
    [(0, 0, 0), (1, None, 1), (3, 2, 3)],
    ids=["for ever", "once", "three times"],
)
def test_an_animation_plays_as_often(plays: int, in_gif: int | None, in_webp: int) -> None:
    frame = gif_blocks.Frame((0, 0, 4, 4), b"\x00\x00\x00\xff\xff\xff", None, 5, gif_blocks.KEEP)
    data = gif.write((4, 4), plays, [(frame, Image.new("L", (4, 4), index)) for index in (0, 1)])
    as_gif, as_webp = render(data, WHOLE, "gif"), render(data, WHOLE, "webp")
    assert opened(as_gif).info.get("loop") == in_gif
    assert opened(as_webp).info["loop"] == in_webp
    assert opened(render(as_webp, WHOLE, "gif")).info.get("loop") == in_gif
    assert opened(original(data)).info.get("loop") == in_gif


@pytest.mark.parametrize("extension", ["jpg", "png", "avif"])
def test_of_an_animation_the_first_picture_elsewhere(extension: str) -> None:
    for source in (photographs.animated_gif, photographs.animated_webp):
        data = original(source())
        rendition = opened(render(data, WHOLE, extension))
        assert getattr(rendition, "n_frames", 1) == 1
        assert distance(rendition.convert("RGB"), opened(data).convert("RGB")) < 9


def test_an_unchanging_frame_keeps_its_time() -> None:
    frame = gif_blocks.Frame((0, 0, 8, 8), b"\x00\x00\x00\xff\xff\xff", None, 7, gif_blocks.KEEP)
    data = gif.write((8, 8), 0, [(frame, Image.new("L", (8, 8), level)) for level in (0, 0, 0, 1, 1)])
    for extension in ("gif", "webp"):
        rendition = opened(render(data, Options(4), extension))
        total = 0
        for index in range(rendition.n_frames):
            rendition.seek(index)
            rendition.load()
            total += rendition.info["duration"]
        assert total == 350, extension


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_stays(kind: str, extension: str) -> None:
    rendition = render(photographs.with_profile(kind), SMALL, extension)
    assert opened(rendition).info["icc_profile"] == cleaned(photographs.srgb_profile())


def _red_seen_as_green() -> bytes:
    """sRGB with the first two colorants exchanged."""
    profile = photographs.srgb_profile()
    return profile.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ")


def test_a_gif_has_the_colours_that_the_profile_meant() -> None:
    red = Image.new("RGB", (20, 20), (250, 0, 0))
    data = encoded(red, "PNG", icc_profile=_red_seen_as_green())
    colour = opened(render(data, WHOLE, "gif")).convert("RGB").getpixel((10, 10))
    assert colour[1] > 200 > 60 > colour[0]


def _linear_grey() -> bytes:
    """A profile in which a grey value is light itself: 128 is what sRGB calls 188."""
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 2) + b"g\x00" + bytes(78),
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">III", 63190, 65536, 54061),
        b"kTRC": b"curv" + bytes(4) + struct.pack(">IHH", 1, 256, 0),
    }
    table, content, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", at + len(content), len(tag))
        content += tag
    size = at + len(content)
    head = struct.pack(">I4sI4s4s4s12s4s", size, bytes(4), 0x02100000, b"mntr", b"GRAY", b"XYZ ", bytes(12), b"acsp")
    head += bytes(28) + struct.pack(">III", 63190, 65536, 54061)
    return head.ljust(128, b"\x00") + table + content


def test_a_grey_profile_is_applied_under_a_clear_colour_too() -> None:
    grey = Image.new("L", (20, 20), 128)
    grey.paste(7, (0, 0, 5, 5))
    data = encoded(grey, "PNG", icc_profile=_linear_grey(), transparency=7)
    rendition = opened(render(data, WHOLE, "webp")).convert("RGBA")
    assert rendition.getpixel((1, 1))[3] < 9
    assert abs(rendition.getpixel((12, 12))[1] - 188) < 4


def test_a_still_gif_is_dithered() -> None:
    ramps = Image.linear_gradient("L"), Image.linear_gradient("L").rotate(90), Image.new("L", (256, 256), 128)
    image = Image.merge("RGB", ramps)
    rendition = opened(render(encoded(image, "PNG"), WHOLE, "gif")).convert("RGB")
    assert distance(rendition.reduce(8), image.reduce(8)) < 2


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_stays_with_grey_and_is_applied_to_colours(mode: str) -> None:
    data = encoded(Image.new("L", (20, 20), 128).convert(mode), "PNG", icc_profile=_linear_grey())
    for extension in ("png", "jpg") if mode == "L" else ("png",):
        rendition = opened(render(data, WHOLE, extension))
        assert (rendition.getchannel(0).getpixel((9, 9)), rendition.info["icc_profile"]) == (
            128,
            cleaned(_linear_grey()),
        )
    for extension in ("webp", "gif") if mode == "L" else ("webp", "gif", "jpg", "avif"):
        rendition = opened(render(data, WHOLE, extension))
        assert "icc_profile" not in rendition.info
        assert abs(rendition.convert("RGB").getchannel(1).getpixel((9, 9)) - 188) < 4, extension


def test_a_format_that_cannot_be_so_large_says_so() -> None:
    data = encoded(Image.new("L", (16_384, 2)), "PNG")
    with pytest.raises(Invalid) as refused:
        render(data, WHOLE, "webp")
    assert refused.value.violations[0].message == "A webp picture is at most 16383 pixels wide and high."
    assert opened(render(data, Options(4096), "webp")).size == (4096, 1)
    assert opened(render(data, WHOLE, "jpg")).size == (16_384, 2)


def test_the_photograph_looks_like_a_careful_reduction() -> None:
    image = Image.open(io.BytesIO(photographs.sunset())).convert("RGB")
    expected = photographs.scaled(image, (800, 533))
    for extension in ("jpg", "webp", "png"):
        assert distance(opened(render(photographs.sunset(), Options(800), extension)), expected) < 5


_LOADED = """
import sys
from constellation.imaging.pipeline import render
from constellation.imaging.options import Options
render(sys.stdin.buffer.read(), Options(80), sys.argv[1])
print(*sorted(name.removeprefix("PIL.") for name in sys.modules if name.endswith("ImagePlugin")))
print(*{"dataclasses", "inspect", "uuid"} & set(sys.modules))
"""


@pytest.mark.parametrize(
    ("extension", "plugins"),
    [("jpg", "JpegImagePlugin"), ("webp", "JpegImagePlugin WebPImagePlugin")],
)
def test_only_the_plugins_of_the_job_are_loaded_and_nothing_that_is_slow_to_load(extension: str, plugins: str) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LOADED, extension],
        input=photographs.flower(),
        capture_output=True,
        check=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    assert done.stdout.decode() == f"{plugins}\n\n"


def test_the_formats_here_are_those_of_links() -> None:
    assert set(FORMATS) == set(EXTENSIONS) - {"jpeg"}
