"""From a stored picture to one rendition of it (contract, "Sharing": the links)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PIL import Image
from PIL.ImageFile import ImageFile

from constellation.domain.errors import Invalid, Violation
from constellation.imaging import colour
from constellation.imaging.codecs import read as decode
from constellation.imaging.codecs.write import LONGEST_SIDE, Pictures, encoded
from constellation.imaging.inspect.outline import Outline, outline
from constellation.imaging.inspect.sniff import GIF, WEBP, media_type
from constellation.imaging.options import Options, output_size
from constellation.imaging.steps.draft import draft
from constellation.imaging.steps.scale import Size, region, scaled

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile


def render(data: bytes, transform: Options, extension: str) -> bytes:
    """The picture ``data``, as ``ingest.clean`` left it, in the size of ``transform`` and the format of ``extension``.

    The size is exactly ``output_size``'s. An animation goes on in gif and webp and is its first picture
    elsewhere; transparency becomes white in jpg; the colour profile stays, or is applied where the format
    has no place for it. Raises Invalid where the format cannot be as large as the whole picture is.
    """
    kind = media_type(data)
    image = None if kind == GIF else decode.opened(data, kind)
    # What was cleaned is whole: where one picture is in it for sure, its header says all.
    shape = Outline(*image.size) if image and kind != WEBP else outline(data, kind)
    target = output_size(shape.width, shape.height, transform)
    limit = LONGEST_SIDE.get(extension)
    if limit and max(target) > limit:
        raise Invalid(Violation("w", f"A {extension} picture is at most {limit} pixels wide and high."))
    pictures, profile, palettes = _of_file(image, shape.frames, target) if image else _of_gif(data, target)

    def resized() -> Iterator[Image.Image]:
        for picture, full in pictures:
            box = region(full, target, crop=transform.crop)
            made = scaled(picture, target, box, extension)
            yield made.convert("RGB") if made.mode == "YCbCr" and extension != "jpg" else made

    return encoded(Pictures(resized(), target, profile, shape.durations, shape.plays, palettes), extension)


_Sized = Iterator[tuple[Image.Image, tuple[float, float]]]
"""Pictures, each with the size of the whole in its own pixels: after a draft that is no whole number."""


def _of_gif(data: bytes, target: Size) -> tuple[_Sized, None, list[bytes | None]]:
    from constellation.imaging.inspect import gif_blocks as gif  # only a GIF pays for it

    parsed = gif.parse(data)
    images = ((canvas, parsed.size) for canvas in gif.composed(parsed))
    is_scaled = target != parsed.size
    return images, None, [None if is_scaled else frame.palette for frame, _ in parsed.frames]


def _of_file(image: ImageFile, count: int, target: Size) -> tuple[_Sized, bytes | None, list[bytes | None]]:
    profile = colour.profile_of(image)
    full = draft(cast("JpegImageFile", image), target) if image.format == "JPEG" else image.size
    pictures = decode.pictures(image, count)
    if image.mode == "CMYK":
        return ((colour.in_srgb(picture, profile), full) for picture in pictures), None, [None] * count
    return ((colour.plain(picture), full) for picture in pictures), profile, [None] * count
