"""Decode a JPEG at a reduced size, in a part of the time: of each block of 8 pixels it makes 1, 2, 3 or 4."""

from typing import TYPE_CHECKING, cast

from constellation.imaging.pillow_internals import draft_three_eighths
from constellation.imaging.reductions import is_same
from constellation.imaging.steps.rendering import Rendering

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

_GAP, _SECOND_GAP = 1.1, 1.4
"""How much larger than its target a picture is decoded: at exactly the target's size, detail is lost.

The second is for a reduction, which has lost some before.
"""

_EIGHTHS = (1, 2, 3, 4)
"""The sizes at which a JPEG can be decoded, in eighths of its own."""


def draft(rendering: Rendering) -> None:
    """Have a JPEG decoded as small as is enough for the target, with brightness and colour apart.

    A picture that is needed whole stays as it is. A tile is decoded at its own scale.
    """
    image = rendering.image
    if image is None or image.format != "JPEG":
        return
    jpeg = cast("JpegImageFile", image)
    width, height = jpeg.size
    left, top, right, bottom = rendering.region or (0, 0, width, height)
    needed = max(rendering.target[0] / (right - left), rendering.target[1] / (bottom - top))
    if needed >= 1 and not rendering.region:
        return
    gap = _SECOND_GAP if rendering.reduced and rendering.reduced.divisor > 1 else _GAP
    enough = (
        each
        for each in _EIGHTHS
        if each / 8 >= needed * gap or (rendering.region is not None and is_same(needed, each / 8))
    )
    eighths = next((each for each in enough if each != 3 or knows_three()), 8)
    mode = "L" if rendering.options.grey and not rendering.profile else "YCbCr"
    if eighths == 3:
        draft_three_eighths(jpeg, mode)
    else:
        jpeg.draft(mode, (width * eighths // 8, height * eighths // 8))
    rendering.full = rendering.full[0] * eighths / 8, rendering.full[1] * eighths / 8
    rendering.corner = rendering.corner[0] * eighths / 8, rendering.corner[1] * eighths / 8


def knows_three() -> bool:
    """Tell whether the decoder is libjpeg-turbo: an older library halves only, and would write past the picture."""
    from PIL import features  # few pictures ask for it

    return bool(features.check_feature("libjpeg_turbo"))
