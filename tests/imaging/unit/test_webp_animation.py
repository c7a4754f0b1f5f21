"""Animated WebP of rounded colours: what of each frame is written, and what a viewer makes of it."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Iterator, Sequence

import pytest
from PIL import Image, ImageChops, ImageDraw

from constellation.imaging.codecs.webp_animation import animated
from tests.photographs import srgb_profile
from tests.support.pictures import distance, opened

SIZE = (97, 65)
BUSY = Image.effect_noise(SIZE, 80)


def _written(frames: Sequence[Image.Image], plays: int = 0, profile: bytes | None = None) -> bytes:
    durations = [10 * number for number in range(1, len(frames) + 1)]
    return animated(frames, SIZE, durations, plays, profile, quality=90, method=0)


def _shown(data: bytes, number: int) -> Image.Image:
    image = opened(data)
    image.seek(number)
    return image.convert("RGBA")


def _heads(data: bytes) -> list[bytes]:
    """The head of each frame."""
    found, at = list[bytes](), 12
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"ANMF":
            found.append(data[at + 8 : at + 24])
        at += 8 + length + length % 2
    return found


def _dotted(*dots: tuple[int, int], mode: str = "RGB") -> Image.Image:
    picture = BUSY.convert(mode)
    for dot in dots:
        ImageDraw.Draw(picture).rectangle((*dot, dot[0] + 2, dot[1] + 2), fill=(0, 0, 255))
    return picture


@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA"])
def test_a_viewer_sees_every_frame_for_its_time(mode: str) -> None:
    frames = [
        BUSY.convert(mode),
        ImageChops.offset(BUSY, 5, 0).convert(mode),
        _dotted((3, 5), (80, 41), mode="RGB").convert(mode),
        _dotted((3, 5), (81, 41), mode="RGB").convert(mode),
    ]
    data = _written(frames, plays=3)
    image = opened(data)
    assert (image.n_frames, image.size, image.info["loop"]) == (4, SIZE, 3)
    for number, frame in enumerate(frames):
        image.seek(number)
        image.load()
        assert image.info["duration"] == 10 * (number + 1)
        assert distance(_shown(data, number).convert("RGB"), frame.convert("RGB")) < 12


def test_a_change_of_one_pixel_is_a_small_frame_at_even_coordinates() -> None:
    changed = BUSY.convert("RGB")
    changed.putpixel((51, 33), (0, 0, 1))
    head = _heads(_written([BUSY.convert("RGB"), changed]))[1]
    assert head[:12] == b"".join(value.to_bytes(3, "little") for value in (50 // 2, 32 // 2, 2 - 1, 2 - 1))


def test_of_a_frame_that_changes_here_and_there_the_rest_is_left_out() -> None:
    few = len(_written([_dotted(), _dotted((1, 1), (90, 58))]))
    most = len(_written([_dotted(), ImageChops.offset(BUSY, 9, 9).convert("RGB")]))
    alone = len(_written([_dotted()]))
    assert few - alone < (most - alone) / 3


def test_what_becomes_clear_is_clear() -> None:
    square = Image.new("RGBA", SIZE)
    square.paste((200, 30, 30, 255), (10, 10, 40, 40))
    moved = ImageChops.offset(square, 50, 0)
    data = _written([square, moved, Image.new("RGBA", SIZE)])
    assert [_shown(data, 1).getchannel("A").getpixel(at) for at in ((20, 20), (70, 20))] == [0, 255]
    assert _shown(data, 2).getchannel("A").getextrema() == (0, 0)


def test_frames_that_stay_the_same_cost_nearly_nothing() -> None:
    once, thrice = (len(_written([_dotted()] * count)) for count in (1, 3))
    assert thrice - once < 250


def test_frames_that_are_one_object_are_told_apart() -> None:
    canvas = Image.new("RGB", SIZE)

    def painted() -> Iterator[Image.Image]:
        for colour in ((255, 0, 0), (0, 255, 0)):
            canvas.paste(colour, (0, 0, 40, 40))
            yield canvas

    data = animated(painted(), SIZE, [50, 50], 0, None, quality=90, method=0)
    assert distance(_shown(data, 1).convert("RGB").crop((0, 0, 40, 40)), Image.new("RGB", (40, 40), (0, 255, 0))) < 4


def test_the_profile_is_kept_and_many_plays_are_the_most_that_fit() -> None:
    profile = srgb_profile()
    image = opened(_written([_dotted(), _dotted((1, 1))], plays=70_000, profile=profile))
    assert image.info["icc_profile"] == profile
    assert image.info["loop"] == 65_535
