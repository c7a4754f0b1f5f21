"""Make the reductions of a JPEG: three eighths of it as the decoder gives them, and the smaller ones of those."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image

from constellation.imaging.codecs.files import opened_jpeg, saved
from constellation.imaging.pillow_internals import draft_three_eighths
from constellation.imaging.reductions import INDEX, THREE_EIGHTHS, Part, divisors
from constellation.imaging.rows import indexed
from constellation.imaging.steps.cleaning import Cleaning
from constellation.imaging.steps.draft import knows_three
from constellation.imaging.steps.make_reductions import markers
from constellation.imaging.steps.scale import by_planes

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

_LARGEST_QUALITY = 87
"""That of three eighths: a little more than a result's, at which it is a seventh of its original in bytes."""

_QUALITY = 90
"""That of the smaller ones: it leaves hardly a trace in what is made of them."""

_QUARTER = 4

_CAREFUL = 1_000_000
"""Pixels of a quarter up to which LANCZOS takes no more time than an upload has. BICUBIC takes half of it."""


def reduce_jpeg(cleaning: Cleaning) -> None:
    """Decode the original that was written at three eighths, and scale brightness and colour apart from there on.

    A result that is needed between a quarter and three eighths is decoded like that from the original, too. An index of
    the original's rows goes with them.
    """
    wanted = divisors(cleaning.media_type, *cleaning.size, cleaning.frames) if cleaning.reduces else ()
    if not wanted:
        return
    image = opened_jpeg(cleaning.output)
    cleaning.image = image  # the picture of full size is not needed any more
    before = _draft(image)
    if before == THREE_EIGHTHS:
        cleaning.parts.append(_part(cleaning, before, image, _LARGEST_QUALITY))
    cleaning.image = _made_smaller(cleaning, image, before, [each for each in wanted if each >= _QUARTER])
    index = indexed(cleaning.output)
    if index:
        cleaning.parts.append(Part(INDEX, "rows", index))


def _draft(image: "JpegImageFile") -> float:
    """Have a JPEG decoded at three eighths, or by another library than libjpeg-turbo at a half; return how small."""
    if knows_three():
        draft_three_eighths(image, "YCbCr")
        return THREE_EIGHTHS
    image.draft("YCbCr", (image.width // 2, image.height // 2))
    return 2


def _made_smaller(cleaning: Cleaning, image: Image.Image, before: float, wanted: Sequence[float]) -> Image.Image:
    """Make the reductions, each of the one before, and return the last: a quarter with care, the rest averages."""
    for divisor in wanted:
        width, height = cleaning.size
        size = max(1, int(width / divisor)), max(1, int(height / divisor))
        box = 0.0, 0.0, min(image.width, width / before), min(image.height, height / before)
        if divisor == _QUARTER:
            is_small = size[0] * size[1] <= _CAREFUL
            filter_ = Image.Resampling.LANCZOS if is_small else Image.Resampling.BICUBIC
            image = by_planes(image, box, size, filter_)
        else:
            image = by_planes(image, box, size, Image.Resampling.HAMMING, gap=1.0)
        cleaning.parts.append(_part(cleaning, divisor, image, _QUALITY))
        before = divisor
    return image


def _part(cleaning: Cleaning, divisor: float, image: Image.Image, quality: int) -> Part:
    data = saved(image, "jpg", icc_profile=cleaning.profile, quality=quality, **markers(image))
    return Part(divisor, "jpg", data)
