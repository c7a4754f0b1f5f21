"""Read a JPEG that was uploaded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from constellation.imaging.codecs.jpeg import whole_jpeg
from constellation.imaging.inspect import jpeg_segments
from constellation.imaging.inspect.orientation import orientation, swaps_sides
from constellation.imaging.inspect.profile import first_sound
from constellation.imaging.steps.cleaning import Cleaning

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile


def read_jpeg(cleaning: Cleaning) -> None:
    """Decode a JPEG in full, and keep its own quantisation, so that the pixels hardly change.

    The original is never progressive: every rendition of it would take three times as long to decode.
    """
    parsed = jpeg_segments.parse(cleaning.data)
    image = whole_jpeg(parsed)
    cleaning.image = image
    cleaning.profile = first_sound(parsed.profiles, image.mode)
    cleaning.orientation = orientation(parsed.exif)
    cleaning.options = _quantisation(image, parsed.tables, turned=swaps_sides(cleaning.orientation))


def _quantisation(image: "JpegImageFile", found: Sequence[jpeg_segments.Table], *, turned: bool) -> dict[str, Any]:
    """Return the tables and the chroma sampling that the file was written with; both turn with the picture."""
    from PIL.JpegImagePlugin import get_sampling  # only a JPEG pays for it

    tables = list(found)
    if tables[-2:] == tables[-1:] * 2:
        tables.pop()  # the encoder uses the last table for the channels after it
    if turned:
        tables = [[table[row + 8 * column] for row in range(8) for column in range(8)] for table in tables]
    sampling = get_sampling(image)
    keeps_sampling = sampling == 2 or (sampling == 1 and not turned)
    return {"qtables": tables, "subsampling": sampling if keeps_sampling else 0}
