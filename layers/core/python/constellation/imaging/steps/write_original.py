"""Write an original of one frame."""

from constellation.imaging.codecs import files, png
from constellation.imaging.codecs.jpeg_cut import interval
from constellation.imaging.inspect.orientation import UPRIGHT
from constellation.imaging.steps.cleaning import Cleaning

_POOR = 0.5
"""The part of its plain pixels from which on a file may be packed so poorly that it is worth packing again."""

_UNIT = {0: 8, 1: 16, 2: 16}
"""The width of a unit of a JPEG in colour, in pixels, by its chroma subsampling."""


def write_original(cleaning: Cleaning) -> None:
    """Write the picture in the format that it came in, or keep the upload's own pixels as they are packed.

    They are kept where they are all that there is, already upright, and not packed poorly. A JPEG gets restart
    markers, so that parts can be cut out.
    """
    image, kept = cleaning.image, cleaning.kept
    cleaning.size = image.size
    if kept is None or cleaning.orientation != UPRIGHT:
        cleaning.output = _written(cleaning)
        return
    plain = image.width * image.height * len(image.getbands())
    cleaning.output = kept if len(kept) < plain * _POOR else min(kept, _written(cleaning), key=len)


def _written(cleaning: Cleaning) -> bytes:
    image, profile = cleaning.image, cleaning.profile
    if cleaning.extension == "png":
        return png.saved(image, profile, **cleaning.options)
    if cleaning.extension == "jpg":
        unit = 8 if image.mode == "L" else _UNIT[cleaning.options.get("subsampling", 2)]
        cleaning.options["restart_marker_blocks"] = interval(image.width, unit)
    return files.saved(image, cleaning.extension, icc_profile=profile, **cleaning.options)
