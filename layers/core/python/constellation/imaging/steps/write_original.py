"""Write an original of one frame."""

from constellation.imaging.codecs.files import saved
from constellation.imaging.steps.cleaning import Cleaning


def write_original(cleaning: Cleaning) -> None:
    """Write the picture in the format that it came in."""
    cleaning.size = cleaning.image.size
    cleaning.output = saved(cleaning.image, cleaning.extension, icc_profile=cleaning.profile, **cleaning.options)
