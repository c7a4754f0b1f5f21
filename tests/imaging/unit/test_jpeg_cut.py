"""Parts that are cut out of a JPEG: as the whole shows them, and where nothing can be cut nothing is."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import random
from typing import Any

import pytest
from PIL import Image, ImageChops

from constellation.imaging.clean import Limits, clean
from constellation.imaging.codecs.jpeg_cut import cut, interval
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from constellation.imaging.steps import cut as step
from tests.photographs import flower
from tests.support.pictures import encoded, opened, painted

LIMITS = Limits(size_limit=50_000_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)


def original(width: int, height: int, subsampling: int | None, **options: Any) -> bytes:
    picture = opened(flower()).resize((width, height))
    if subsampling is None:
        return clean(encoded(picture.convert("L"), "JPEG", **options), field="image", limits=LIMITS).data
    return clean(encoded(picture, "JPEG", subsampling=subsampling, **options), field="image", limits=LIMITS).data


def nothing(*_: object) -> None:
    """What ``cut`` returns where nothing can be cut."""


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    extrema: Any = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getextrema()
    return max(most for _, most in extrema)


@pytest.mark.parametrize("subsampling", [0, 1, 2, None])
@pytest.mark.parametrize("size", [(640, 427), (531, 64), (1040, 333)])
def test_a_region_is_the_same_with_and_without(
    subsampling: int | None, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, chance = original(*size, subsampling), random.Random(4)
    width, height = size
    for factor in (1, 1, 1, 2, 3, 7):
        left, top = chance.randrange(width), chance.randrange(height)
        across, down = chance.randint(1, width - left), chance.randint(1, height - top)
        options = Options(
            width=max(1, across // factor), height=max(1, down // factor), region=(left, top, across, down)
        )
        part = opened(render(data, options, "png"))
        with monkeypatch.context() as patch:
            patch.setattr(step, "cut_jpeg", nothing)
            whole = opened(render(data, options, "png"))
        assert largest_difference(part, whole) <= (0 if factor == 1 else 4), options


def test_a_part_is_small_and_holds_what_is_asked_for() -> None:
    data = original(1600, 1200, 2)
    found = cut(data, 810, 400, 900, 500)
    assert found
    assert len(found.data) < len(data) / 5
    (left, top), (width, height) = found.corner, opened(found.data).size
    assert left <= 810 <= 900 <= left + width
    assert top <= 400 <= 500 <= top + height
    edge = cut(data, 1590, 1190, 1700, 1300)
    assert edge
    assert (edge.corner[0] + opened(edge.data).width, edge.corner[1] + opened(edge.data).height) == (1600, 1200)
    assert cut(data, -50, -50, 1700, 1300) is None  # that is all of it


def test_what_cannot_be_cut_stays_whole() -> None:
    data = original(640, 427, 2)
    assert cut(data, 0, 0, 9, 9)
    others = (
        encoded(painted(640, 427), "JPEG"),  # without markers, as originals from before
        encoded(painted(640, 427), "JPEG", progressive=True, restart_marker_blocks=20),
        encoded(painted(640, 427), "JPEG", restart_marker_blocks=7),  # not the same in each row
        data[:-900],  # its end is missing
        data[:600],
    )
    assert [cut(each, 0, 0, 9, 9) for each in others] == [None] * len(others)
    half = data[: len(data) // 2] + data[-2:]
    assert cut(half, 0, 0, 9, 9) == cut(data, 0, 0, 9, 9)
    assert cut(half, 600, 400, 640, 427) is None


def test_rows_are_divided_evenly_or_not_at_all() -> None:
    assert interval(8000, 16) == 25
    assert interval(4096, 16) == 32
    assert interval(16 * 509, 16) == 509  # a prime
    assert interval(10, 16) == 1
    for width in range(1, 3000, 7):
        for unit in (8, 16):
            units = -(-width // unit)
            assert units % interval(width, unit) == 0
            assert interval(width, unit) >= min(units, 8)


def test_markers_change_no_pixel() -> None:
    picture = opened(flower())
    marked = encoded(picture, "JPEG", quality=90, restart_marker_blocks=interval(picture.width, 16))
    plain = encoded(picture, "JPEG", quality=90)
    assert opened(marked).tobytes() == opened(plain).tobytes()
    assert len(marked) < len(plain) * 1.02
