"""A part of a photograph is scaled alone, and comes out as if the whole had been."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# Pillow's annotations name types of numpy, which is not here.

import pytest
from PIL import ImageChops

from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from constellation.imaging.steps import scale
from tests import photographs
from tests.support.pictures import opened

TILE = Options(120, 90, region=(201, 103, 241, 181))


@pytest.mark.parametrize("options", [TILE, Options(64, 64, "cover"), Options(40, 200, "cover", focus=(0, 1000))])
def test_what_lies_around_a_part_changes_nothing(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    data = photographs.flower()
    part = opened(render(data, options, "png"))
    monkeypatch.setattr(scale, "_around", lambda image, target, box: (image, box))  # pyright: ignore
    whole = opened(render(data, options, "png"))
    difference = ImageChops.difference(part.convert("RGB"), whole.convert("RGB"))
    assert max(difference.tobytes()) <= 1
