"""Write an original of one frame."""

from constellation.imaging.codecs.files import saved
from constellation.imaging.codecs.jpeg_cut import interval
from constellation.imaging.steps.cleaning import Cleaning

_UNIT = {0: 8, 1: 16, 2: 16}
"""The width of a unit of a JPEG in colour, in pixels, by its chroma subsampling."""


def write_original(cleaning: Cleaning) -> None:
    """Write the picture in the format that it came in. A JPEG gets restart markers, so that parts can be cut out."""
    cleaning.size = cleaning.image.size
    if cleaning.extension == "jpg":
        unit = 8 if cleaning.image.mode == "L" else _UNIT[cleaning.options.get("subsampling", 2)]
        cleaning.options["restart_marker_blocks"] = interval(cleaning.size[0], unit)
    cleaning.output = saved(cleaning.image, cleaning.extension, icc_profile=cleaning.profile, **cleaning.options)
