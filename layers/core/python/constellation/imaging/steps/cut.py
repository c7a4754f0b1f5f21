"""Leave out of a JPEG what is not needed for a region, before anything is decoded."""

from math import ceil

from constellation.imaging.codecs.files import opened_jpeg
from constellation.imaging.codecs.jpeg_cut import cut as cut_jpeg
from constellation.imaging.rows import surroundings
from constellation.imaging.steps.rendering import Rendering


def cut(rendering: Rendering) -> None:
    """Cut the region that is asked for out of a JPEG, an original or a reduction, with what is needed around it."""
    region, image = rendering.region, rendering.image
    if region is None or image is None or image.format != "JPEG":
        return
    left, top, right, bottom = region
    scale = max((right - left) / rendering.target[0], (bottom - top) / rendering.target[1])
    around = surroundings(scale)
    start, end = (int(left) - around, int(top) - around), (ceil(right) + around, ceil(bottom) + around)
    found = cut_jpeg(rendering.data, *start, *end)
    if found:
        (x, y), (right_by, down_by) = rendering.corner, found.corner
        rendering.image, rendering.corner = opened_jpeg(found.data), (x + right_by, y + down_by)
