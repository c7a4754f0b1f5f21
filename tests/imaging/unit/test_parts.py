"""A part of a photograph is scaled alone, and comes out as if the whole had been."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# Pillow's annotations name types of numpy, which is not here.

from typing import Any

import pytest
from PIL import ImageChops

from constellation.imaging.clean import Limits, clean
from constellation.imaging.codecs import jpeg_cut
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from constellation.imaging.reductions import Reduced, chosen, needed_scale
from constellation.imaging.steps import cut, scale
from tests import photographs
from tests.support.pictures import distance, encoded, opened

LIMITS = Limits(size_limit=50_000_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)
TILE = Options(120, 90, region=(201, 103, 241, 181))


@pytest.mark.parametrize("options", [TILE, Options(64, 64, "cover"), Options(40, 200, "cover", focus=(0, 1000))])
def test_what_lies_around_a_part_changes_nothing(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    data = photographs.flower()
    part = opened(render(data, options, "png"))
    monkeypatch.setattr(scale, "_around", lambda image, target, box: (image, box))  # pyright: ignore[reportUnknownLambdaType]
    whole = opened(render(data, options, "png"))
    difference = ImageChops.difference(part.convert("RGB"), whole.convert("RGB"))
    assert max(difference.tobytes()) <= 1


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_tile_is_cut_out_of_a_reduction(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    picture = opened(photographs.sunset()).resize((3600, 2700)).convert(mode)
    made = clean(encoded(picture, "JPEG"), field="image", limits=LIMITS, reduces=True)
    options = Options(128, 96, region=(1800, 900, 512, 384))
    wanted = chosen(made.reductions.note, needed_scale(made.width, made.height, options), "jpg")
    assert wanted
    data = made.reductions.data[wanted.start : wanted.start + wanted.size]
    reduced = Reduced(made.width, made.height, wanted.divisor)
    cuts = list[int]()

    def watched(*given: Any) -> jpeg_cut.Cut | None:
        found = jpeg_cut.cut(*given)
        cuts.append(len(found.data) if found else 0)
        return found

    monkeypatch.setattr(cut, "cut_jpeg", watched)
    part = opened(render(data, options, "png", reduced=reduced))
    assert 0 < cuts[0] < len(data) / 2
    monkeypatch.setattr(cut, "cut_jpeg", lambda *_: None)  # pyright: ignore[reportUnknownLambdaType]
    whole = opened(render(data, options, "png", reduced=reduced))
    assert distance(part.convert("RGB"), whole.convert("RGB")) < 2
