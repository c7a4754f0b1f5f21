"""Turn a picture the way its EXIF block says, and leave everything but its pixels behind."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Mapping

from PIL import Image

from constellation.imaging.inspect.orientation import UPRIGHT
from constellation.imaging.pillow_internals import bare
from constellation.imaging.steps.cleaning import Cleaning

_TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture of each EXIF orientation upright (CIPA DC-008, 4.6.5); 1 is upright."""


def turn_upright(cleaning: Cleaning) -> None:
    """Turn the picture upright; one that is upright keeps its pixels where they are."""
    if cleaning.orientation == UPRIGHT:
        cleaning.image = bare(cleaning.image)
    else:
        cleaning.image = upright(cleaning.image, cleaning.orientation)


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return the pixels, turned, in a buffer of their own: no metadata goes along, only a palette."""
    turn = _TURNS.get(orientation)
    fresh = image.copy() if turn is None else image.transpose(turn)
    fresh.info = {}
    return fresh
