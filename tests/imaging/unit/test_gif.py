"""GIF animations: read, put together the way browsers do, and written."""

import io
import struct

import pytest
from PIL import Image

from constellation.imaging.clean import Limits, clean
from constellation.imaging.codecs import gif
from constellation.imaging.inspect import gif_blocks
from constellation.imaging.inspect.gif_blocks import CLEAR, KEEP, RESTORE
from constellation.imaging.inspect.sniff import Corrupt
from tests import photographs
from tests.support.pictures import encoded

PALETTE = bytes((0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255))
COLOURS = {"k": (0, 0, 0, 255), "r": (255, 0, 0, 255), "g": (0, 255, 0, 255), "b": (0, 0, 255, 255), ".": (0, 0, 0, 0)}


def frame(
    left: int, pixels: str, *, disposal: int = KEEP, clear: str = "", palette: bytes = PALETTE
) -> tuple[gif_blocks.Frame, Image.Image]:
    """A frame of one row: each letter a pixel."""
    indices = Image.frombytes("L", (len(pixels), 1), bytes("krgb".index(pixel) for pixel in pixels))
    transparent = "krgb".index(clear) if clear else None
    return gif_blocks.Frame((left, 0, left + len(pixels), 1), palette, transparent, 10, disposal), indices


def seen(data: bytes) -> list[str]:
    """What a viewer sees, each frame a row of letters."""
    names = {colour: name for name, colour in COLOURS.items()}
    shown: list[str] = []
    for canvas in gif.composed(gif_blocks.parse(data)):
        pixels = canvas.convert("RGBA").tobytes()
        shown.append("".join(names[struct.unpack_from("4B", pixels, at)] for at in range(0, len(pixels), 4)))
    return shown


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([frame(0, "rrrr"), frame(1, "gg"), frame(3, "b")], ["rrrr", "rggr", "rggb"]),
        ([frame(0, "rrrr"), frame(1, "gg", disposal=CLEAR), frame(3, "b")], ["rrrr", "rggr", "r..b"]),
        ([frame(0, "rrrr"), frame(1, "gg", disposal=RESTORE), frame(3, "b")], ["rrrr", "rggr", "rrrb"]),
        ([frame(0, "rrrr"), frame(1, "gkg", clear="k"), frame(0, "kb", clear="k")], ["rrrr", "rgrg", "rbrg"]),
        ([frame(1, "rr"), frame(0, "g")], [".rr.", "grr."]),
        ([frame(0, "rkkr", clear="k"), frame(1, "b")], ["r..r", "rb.r"]),
        ([frame(0, "rrrr", disposal=RESTORE), frame(1, "b")], ["rrrr", ".b.."]),
        (
            [frame(0, "rrrr", disposal=CLEAR), frame(1, "b", disposal=0), frame(2, "g")],
            ["rrrr", ".b..", ".bg."],
        ),
        ([frame(0, "rrrr"), frame(1, "rg", palette=PALETTE[::-1])], ["rrrr", "rgbr"]),
    ],
    ids=[
        "keep",
        "clear",
        "restore",
        "clear colour",
        "smaller first",
        "clear first",
        "restore first",
        "mixed",
        "palettes",
    ],
)
def test_frames_are_put_together(frames: list[tuple[gif_blocks.Frame, Image.Image]], expected: list[str]) -> None:
    data = gif.write((4, 1), 0, frames)
    limits = Limits(10_000, 100, 100, 10)
    assert seen(data) == expected
    assert seen(clean(data, field="image", limits=limits).data) == expected


def test_what_is_written_is_read_back() -> None:
    frames = [
        frame(0, "rgbk", clear="k"),
        frame(1, "gg", disposal=RESTORE),
        frame(3, "b", palette=PALETTE[:6] * 4),
    ]
    found = gif_blocks.parse(gif.write((4, 1), 7, frames) + b"more")
    assert (found.size, found.plays) == ((4, 1), 7)
    for (meant, pixels), (read, raster) in zip(frames, found.frames, strict=True):
        assert read == meant
        assert gif.indices(read, raster).tobytes() == pixels.tobytes()


def test_an_interlaced_frame() -> None:
    image = photographs.picture(64).quantize(64)
    straight = encoded(image, "GIF", interlace=0)
    interlaced = encoded(image, "GIF", interlace=1)
    assert gif_blocks.parse(interlaced).frames[0][1].interlaced
    (one,), (other,) = (list(gif.composed(gif_blocks.parse(data))) for data in (straight, interlaced))
    assert one.tobytes() == other.tobytes()


def test_a_frame_beyond_the_canvas_makes_it_larger() -> None:
    data = gif.write((2, 1), 0, [frame(0, "rr"), frame(1, "ggg")])
    assert gif_blocks.parse(data).size == (4, 1)
    assert seen(data) == ["rr..", "rggg"]


def test_a_gif_without_any_palette_is_grey() -> None:
    data = bytearray(gif.write((2, 1), 1, [frame(0, "rb")]))
    data[10] = 0
    del data[13 : 13 + len(PALETTE)]
    (canvas,) = gif.composed(gif_blocks.parse(bytes(data)))
    assert canvas.tobytes() == bytes((1, 1, 1, 3, 3, 3))


def test_pillow_reads_what_is_written_in_the_same_way() -> None:
    frames = [frame(0, "rrrr"), frame(1, "gkg", clear="k"), frame(3, "b")]
    image = Image.open(io.BytesIO(gif.write((4, 1), 0, frames)))
    for index, row in enumerate(["rrrr", "rgrg", "rgrb"]):
        image.seek(index)
        assert image.convert("RGBA").tobytes() == bytes(value for letter in row for value in COLOURS[letter])


@pytest.mark.parametrize("size", [(0, 1), (1, 0)])
def test_a_frame_without_pixels_is_no_picture(size: tuple[int, int]) -> None:
    data = bytearray(gif.write((4, 1), 1, [frame(0, "r")]))
    at = data.rindex(b",\x00\x00\x00\x00\x01\x00\x01\x00")
    data[at + 5 : at + 9] = struct.pack("<HH", *size)
    with pytest.raises(Corrupt):
        gif_blocks.parse(bytes(data))


def test_a_frames_control_is_its_own() -> None:
    data = gif.write((4, 1), 0, [frame(0, "rgbk", disposal=RESTORE, clear="k"), frame(0, "kkkk")])
    at = data.rindex(b"!\xf9\x04")
    first, second = gif_blocks.parse(data[:at] + data[at + 8 :]).frames
    assert (first[0].disposal, first[0].delay, first[0].transparent) == (RESTORE, 10, 0)
    assert (second[0].disposal, second[0].delay, second[0].transparent) == (0, 0, None)
