"""Read a PNG that was uploaded."""

from PIL.Image import Image

from constellation.imaging.codecs.png import whole_png
from constellation.imaging.inspect import colorimetry, png_chunks
from constellation.imaging.inspect.orientation import orientation
from constellation.imaging.steps.cleaning import Cleaning


def read_png(cleaning: Cleaning) -> None:
    """Decode a PNG in full, and keep its transparent colour."""
    parsed = png_chunks.parse(cleaning.data)
    image = whole_png(parsed)
    cleaning.image = image
    cleaning.profile = colorimetry.profile_of(parsed.meaning, image.mode)
    cleaning.orientation = orientation(parsed.exif)
    cleaning.options = {"transparency": _transparency(image, parsed.depth)}


def _transparency(image: Image, depth: int) -> int | bytes | tuple[int, int, int] | None:
    """Return the transparent colour in the depth that the picture was decoded to; the file says it in its own."""
    clear: int | bytes | tuple[int, int, int] | None = image.info.get("transparency")
    if isinstance(clear, tuple) and depth == 16:
        return clear[0] >> 8, clear[1] >> 8, clear[2] >> 8
    if isinstance(clear, int) and image.mode == "L":
        return clear * 255 // ((1 << depth) - 1)
    return clear
