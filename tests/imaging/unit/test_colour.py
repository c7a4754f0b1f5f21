"""Conversion to sRGB: few pixels, which are converted one by one, get the colours that many get by a table."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import pytest
from PIL import Image

from constellation.imaging.colour import in_srgb
from tests import photographs
from tests.support import profiles
from tests.support.pictures import distance


@pytest.mark.parametrize("kind", ["primaries", "formulas"])
def test_few_pixels_get_the_colours_of_many(kind: str) -> None:
    few = photographs.picture(100)
    many = few.resize((800, few.height * 8), Image.Resampling.NEAREST)
    by_one, by_table = (in_srgb(picture, profiles.KINDS[kind]) for picture in (few, many))
    assert distance(by_one, few) > 5
    assert distance(by_one, by_table.resize(few.size, Image.Resampling.NEAREST)) < 1
