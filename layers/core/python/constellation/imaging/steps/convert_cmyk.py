"""Convert CMYK to sRGB."""

from constellation.imaging.colour import in_srgb
from constellation.imaging.steps.cleaning import Cleaning

_QUALITY = 95


def convert_cmyk(cleaning: Cleaning) -> None:
    """Bring a picture in CMYK, which browsers show in wrong colours, into sRGB."""
    if cleaning.image.mode == "CMYK":
        cleaning.image = in_srgb(cleaning.image, cleaning.profile)
        cleaning.profile = None
        cleaning.options = {"quality": _QUALITY, "subsampling": 0}
