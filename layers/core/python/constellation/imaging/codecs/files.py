"""Open and save files with the one Pillow plugin that their type needs: no plugin registry, no guessing."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PIL.Image import Image
from PIL.ImageFile import ImageFile

from constellation.imaging.inspect.sniff import JPEG, PNG
from constellation.imaging.pillow_internals import read_in_one_piece

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile


def opened(data: bytes, media_type: str) -> ImageFile:
    """Return a JPEG, PNG or WebP with its header read and no pixel decoded. Raises whatever Pillow raises."""
    if media_type == JPEG:
        return opened_jpeg(data)
    if media_type == PNG:
        from PIL.PngImagePlugin import PngImageFile

        return PngImageFile(io.BytesIO(data))
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile(io.BytesIO(data))


def opened_jpeg(data: bytes) -> "JpegImageFile":
    """Return a JPEG with its header read; of a file of several pictures (CIPA DC-007), the first."""
    from PIL.JpegImagePlugin import JpegImageFile

    image = JpegImageFile(io.BytesIO(data))
    read_in_one_piece(image, len(data))
    return image


def frames(image: ImageFile, count: int) -> Iterator[Image]:
    """Yield the first ``count`` frames, decoded in full. All are one object: use each before the next."""
    for index in range(count):
        image.seek(index)
        image.load()
        yield image


def saved(image: Image, extension: str, **options: Any) -> bytes:
    """Return the file that the plugin of ``extension``, the only one that is imported, writes."""
    target = io.BytesIO()
    target.name = f"picture.{extension}"
    image.save(target, **options)
    return target.getvalue()
