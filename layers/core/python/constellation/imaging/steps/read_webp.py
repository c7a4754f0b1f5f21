"""Read a WebP of one frame that was uploaded."""

from constellation.imaging.codecs import webp
from constellation.imaging.colour import profile_of
from constellation.imaging.inspect.orientation import orientation
from constellation.imaging.steps.cleaning import Cleaning


def read_webp(cleaning: Cleaning) -> None:
    """Decode a WebP in full."""
    image = webp.opened_anew(cleaning.data)
    cleaning.profile = profile_of(image)
    cleaning.orientation = orientation(image.info.get("exif"))
    cleaning.options = {"exact": True, **webp.original_options(is_lossless=cleaning.outline.lossless)}
    image.load()
    cleaning.image = image
