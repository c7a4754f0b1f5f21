"""From bytes to pixels: the one Pillow plugin that the type needs, and no other (no plugin registry, no guessing)."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL import Image, ImageFile

from constellation.imaging.steps.sniff import JPEG, PNG

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile


def opened(data: bytes, media_type: str) -> ImageFile.ImageFile:
    """A JPEG, PNG or WebP with its header read and no pixel decoded. Raises whatever Pillow raises."""
    if media_type == JPEG:
        return jpeg(data)
    if media_type == PNG:
        from PIL.PngImagePlugin import PngImageFile

        return PngImageFile(io.BytesIO(data))
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile(io.BytesIO(data))


def jpeg(data: bytes) -> "JpegImageFile":
    """A JPEG with its header read; of a file of several pictures (CIPA DC-007) the first."""
    from PIL.JpegImagePlugin import JpegImageFile

    image = JpegImageFile(io.BytesIO(data))
    image.decodermaxblock = len(data)  # in one piece: each further one is joined to what is left of the last
    return image


def pictures(image: ImageFile.ImageFile, count: int) -> Iterator[Image.Image]:
    """The first ``count`` pictures of a file, decoded in full: one object, so use each before the next."""
    for index in range(count):
        image.seek(index)
        image.load()
        yield image
