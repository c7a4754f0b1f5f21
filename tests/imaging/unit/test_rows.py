"""Rows of a JPEG that are read alone: a tile made of them is the tile made of all, byte for byte."""

import random

import pytest

from constellation.imaging.clean import Limits, Picture, clean
from constellation.imaging.cost import render_cost
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from constellation.imaging.reductions import INDEX, Reduced, chosen, index_in, noted
from constellation.imaging.rows import indexed, needed_rows, rows_in
from tests.photographs import flower, srgb_profile
from tests.support.pictures import encoded, opened, painted

LIMITS = Limits(size_limit=50_000_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)


def original(width: int, height: int, mode: str = "RGB", **options: object) -> Picture:
    data = encoded(opened(flower()).resize((width, height)).convert(mode), "JPEG", **options)
    return clean(data, field="image", limits=LIMITS, reduces=True)


def index_of(picture: Picture) -> bytes:
    found = index_in(picture.reductions.note)
    assert found
    data = picture.reductions.data[found.part.start : found.part.stop]
    assert found.matches(data)
    return data


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("size", [(1280, 960), (1531, 644), (1299, 1733), (1280, 129)])
def test_a_tile_is_the_same(subsampling: int, size: tuple[int, int]) -> None:
    picture, chance = original(*size, subsampling=subsampling, icc_profile=srgb_profile()), random.Random(4)
    index, (width, height), read = index_of(picture), size, 0
    for factor in (1, 1, 1, 1, 1.7, 2, 2, 3, 5, 8):
        left, top = chance.randrange(width), chance.randrange(height)
        region = left, top, chance.randint(1, width - left), chance.randint(1, min(300, height - top))
        sides = max(1, int(region[2] / factor)), max(1, int(region[3] / factor))
        options = Options(*sides, region=region, turn=chance.choice((0, 90)), grey=chance.random() < 0.2)
        wanted = needed_rows(height, options)
        assert wanted
        rows = rows_in(index, wanted)
        if rows is None:
            continue
        read += 1
        file = rows.file(picture.data[rows.part.start : rows.part.stop])
        assert len(file) < 0.75 * len(picture.data)
        assert rows.top <= wanted.start
        assert wanted.stop <= rows.top + opened(file).height
        reduced = Reduced(width, height, INDEX, rows.top)
        assert render(file, options, "png", reduced=reduced) == render(picture.data, options, "png"), options
    assert read or height == 129


def test_rows_are_a_picture_by_themselves() -> None:
    """Also where a tile is as wide as they are, so that nothing is cut."""
    picture = original(16 * 89, 1200)  # a prime number of units
    index, whole = index_of(picture), opened(picture.data)
    for top in range(0, 1200, 170):
        rows = rows_in(index, range(top, min(1200, top + 100)))
        assert rows
        found = opened(rows.file(picture.data[rows.part.start : rows.part.stop]))
        box = 0, rows.top + 16, found.width, rows.top + found.height - 16
        assert found.crop((0, 16, found.width, found.height - 16)).tobytes() == whole.crop(box).tobytes()


def test_grey_has_an_index_too() -> None:
    picture = original(1280, 960, "L")
    rows = rows_in(index_of(picture), range(300, 500))
    assert rows
    assert opened(rows.file(picture.data[rows.part.start : rows.part.stop])).mode == "L"


def test_most_of_a_picture_is_read_at_once() -> None:
    index = index_of(original(1280, 1280))
    assert rows_in(index, range(100, 500))
    assert rows_in(index, range(100, 900)) is None
    assert rows_in(index, range(1280)) is None


def test_what_cannot_be_cut_has_no_index() -> None:
    picture = painted(1300, 960)
    for data in (
        encoded(picture, "JPEG"),  # without markers, as originals from before
        encoded(picture, "JPEG", progressive=True, restart_marker_blocks=20),
        encoded(picture, "JPEG", restart_marker_blocks=7),  # not the same in each row
        original(1280, 960).data[:-900],
        encoded(picture, "PNG"),
    ):
        assert indexed(data) == b""


def test_it_is_kept_with_the_reductions_and_is_none() -> None:
    note = original(1280, 960).reductions.note
    assert [(each.divisor, each.extension) for each in noted(note)][-1] == (INDEX, "rows")
    assert len(index_of(original(1280, 960))) < 2000
    assert chosen(note, 0.5, "jpg", is_tile=True) is None
    assert chosen(note, 1, "jpg", is_tile=True) is None
    assert index_in("1/2.webp.3.00000000") is None


def test_only_a_region_needs_some_rows() -> None:
    assert needed_rows(5000, Options(100)) is None
    assert needed_rows(5000, Options(512, 512, region=(0, 1024, 512, 512))) == range(1004, 1556)
    assert needed_rows(5000, Options(512, 512, region=(0, 0, 1024, 1024))) == range(1048)
    assert needed_rows(1030, Options(512, 512, region=(0, 0, 1024, 1024))) == range(1030)


def test_a_tile_costs_what_is_read_for_it() -> None:
    options = Options(512, 512, region=(0, 1024, 512, 512))
    whole, part = (render_cost("image/jpeg", 8000, 5000, 1, options, "jpg", rows) for rows in (None, 552))
    assert (whole, part) == (20 + 326, 20 + 41)
