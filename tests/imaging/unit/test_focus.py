"""``focus=auto``: the most detailed part of a picture."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import sys
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from constellation.imaging.focus import CENTRE, Fractions, auto_focus
from tests.photographs.subjects import BOXES, kept, subject, window

SQUARE, PORTRAIT = 1, 9 / 16
ENOUGH = 0.9
"""What is shown of the box, of the most that a window could show, for a hit."""


def _misses(choose: Callable[[Image.Image, Fractions], Fractions], aspect: float) -> list[str]:
    missed: list[str] = []
    for name, box in BOXES.items():
        picture = subject(name)
        part = window(picture.size, aspect)
        if kept(box, part, choose(picture, part)) < ENOUGH:
            missed.append(name)
    return missed


def _detailed(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 80).convert("RGBA")


@pytest.mark.parametrize("aspect", [SQUARE, PORTRAIT])
def test_it_beats_the_centre_on_thirty_photographs(aspect: float) -> None:
    centre, auto = _misses(lambda _, __: CENTRE, aspect), _misses(auto_focus, aspect)
    sys.stdout.write(f"Of {len(BOXES)} in {aspect:.2f}: auto hits {30 - len(auto)}, the centre {30 - len(centre)}.\n")
    sys.stdout.write(f"auto misses {', '.join(auto)}\n")
    assert len(BOXES) == 30
    assert len(auto) + 4 <= len(centre)


@pytest.mark.parametrize(("x", "y"), [(0.1, 0.5), (0.5, 0.5), (0.8, 0.5)])
def test_it_finds_a_spot_in_a_plain_picture(x: float, y: float) -> None:
    picture = Image.new("RGB", (1200, 400), "navy")
    at = x * 1200, y * 400
    ImageDraw.Draw(picture).ellipse((at[0] - 30, at[1] - 30, at[0] + 30, at[1] + 30), "yellow")
    found, middle = auto_focus(picture, (1 / 3, 1))
    assert abs(found - x) < 1 / 6, "the spot is in the window"
    assert middle == 0.5


def test_it_moves_along_the_side_that_is_cut() -> None:
    picture = Image.new("L", (300, 900), 128)
    picture.paste(_detailed(300, 90).convert("L"), (0, 780))
    x, y = auto_focus(picture, (1, 1 / 3))
    assert x == 0.5
    assert y > 0.75


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"])
@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (50, 40), (300, 200)])
def test_a_plain_picture_of_any_kind_is_cut_around_its_centre(mode: str, size: tuple[int, int]) -> None:
    picture = Image.new(mode, size)
    for part in ((1.0, 1.0), (0.3, 1.0), (1.0, 0.001)):
        assert auto_focus(picture, part) == CENTRE


def test_what_is_transparent_has_no_detail() -> None:
    picture = _detailed(400, 200)
    picture.putalpha(0)
    picture.paste(_detailed(100, 200), (300, 0))
    assert auto_focus(picture, (0.25, 1))[0] > 0.8


def test_a_reduction_says_what_the_picture_says() -> None:
    for name in ("dogs", "kite", "ladybird"):
        picture = subject(name)
        part = window(picture.size, SQUARE)
        small = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)
        for one, other in zip(auto_focus(picture, part), auto_focus(small, part), strict=True):
            assert abs(one - other) < 0.05


def test_it_says_the_same_again_with_three_decimals() -> None:
    picture = subject("raccoon")
    found = auto_focus(picture, (0.437, 1))
    assert found == auto_focus(picture.copy(), (0.437, 1))
    assert found == tuple(round(at, 3) for at in found)
