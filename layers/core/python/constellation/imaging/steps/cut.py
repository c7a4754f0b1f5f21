"""Leave out of a JPEG what is not needed for a region, before anything is decoded."""

from math import ceil

from constellation.imaging.codecs.files import opened_jpeg
from constellation.imaging.codecs.jpeg_cut import cut as cut_jpeg
from constellation.imaging.steps.rendering import Rendering

_AROUND = 16
"""Pixels around a region that decoding it looks at."""

_REACH = 4
"""Pixels around one of the result that scaling looks at, in pixels of the result."""


def cut(rendering: Rendering) -> None:
    """Cut the region that is asked for out of a JPEG, with what is needed around it."""
    region, image = rendering.options.region, rendering.image
    if region is None or image is None or image.format != "JPEG" or rendering.reduced:
        return
    left, top, width, height = region
    around = _AROUND + ceil(_REACH * max(width / rendering.target[0], height / rendering.target[1]))
    found = cut_jpeg(rendering.data, left - around, top - around, left + width + around, top + height + around)
    if found:
        rendering.image, rendering.corner = opened_jpeg(found.data), found.corner
