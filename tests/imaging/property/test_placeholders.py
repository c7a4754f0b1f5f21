"""Whatever the picture: a placeholder that can be decoded and has the picture's average colour."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from constellation.imaging.placeholder import placeholder
from tests.support.thumbhashes import shown

SMALL = st.tuples(st.integers(1, 100), st.integers(1, 100))
LARGE = st.tuples(st.integers(200, 300), st.integers(200, 300))
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")


def average(picture: Image.Image) -> Sequence[float]:
    """The average colour, in which what is more opaque counts more, and the average opacity, from 0 to 1."""
    *planes, alpha = (plane.tobytes() for plane in picture.convert("RGBA").split())
    opacity = sum(alpha)
    colours = (sum(a * b for a, b in zip(plane, alpha, strict=True)) / (opacity or 1) / 255 for plane in planes)
    return *colours, opacity / len(alpha) / 255


@given(
    mode=st.sampled_from(MODES),
    size=st.one_of(SMALL, LARGE),
    seed=st.integers(0, 2**32),
    cells=st.integers(1, 6),
)
@settings(max_examples=300, deadline=None)
def test_it_has_the_average_colour_of_the_picture(mode: str, size: tuple[int, int], seed: int, cells: int) -> None:
    made = Image.frombytes("RGBA", (cells, cells), random.Random(seed).randbytes(4 * cells * cells))
    picture = made.resize(size).convert("RGB" if mode == "CMYK" else "RGBA").convert(mode)
    text = placeholder(picture, None)
    assert text == placeholder(picture.copy(), None)
    found, expected = shown(text).average, average(picture)
    assert abs(found[3] - expected[3]) <= 1 / 30 + 0.01
    if expected[3] > 0.05:
        assert all(abs(one - other) < 0.05 for one, other in zip(found[:3], expected[:3], strict=True))
