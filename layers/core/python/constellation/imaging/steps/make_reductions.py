"""Make the reductions of a picture that was uploaded."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PIL import Image

from constellation.imaging.codecs.files import saved
from constellation.imaging.codecs.jpeg_cut import interval
from constellation.imaging.colour import plain
from constellation.imaging.formats import LONGEST_SIDE
from constellation.imaging.inspect.sniff import JPEG, PNG
from constellation.imaging.reductions import Part, divisors, is_fine, joined
from constellation.imaging.steps.cleaning import Cleaning

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "jpg": {"quality": 90},
    "webp": {"lossless": True, "quality": 0, "method": 0},
    "png": {"compress_level": 1, "compress_type": zlib.Z_RLE},
}
"""How reductions are written, as options of Pillow's ``save``. For a lossless WebP, ``quality`` is the effort."""

_UNIT, _GREY_UNIT = 16, 8
"""The width of a unit of these JPEGs, in pixels."""


def make_reductions(cleaning: Cleaning) -> None:
    """Make the reductions of the upright picture, in a mode that can be scaled, with its profile.

    A photograph's are lossy: JPEG at a quality that leaves no trace in what is made of them.
    """
    if not cleaning.reduces:
        return
    image = cleaning.image
    wanted = divisors(cleaning.media_type, *image.size, cleaning.frames)
    if wanted:
        lossless = _is_lossless(cleaning)
        shown = shown_with(image, cleaning.options.get("transparency"))
        cleaning.reductions = joined(_parts(shown, wanted, cleaning.profile, lossless=lossless))


def shown_with(image: Image.Image, clear: int | bytes | tuple[int, int, int] | None) -> Image.Image:
    """Return a picture in a mode that can be scaled, with the transparent colour that a PNG is written with."""
    image.info = {} if clear is None else {"transparency": clear}
    shown = plain(image)
    image.info = {}
    return shown


def _is_lossless(cleaning: Cleaning) -> bool:
    """Tell whether nothing was lost in the upload, or lossy reductions could not hold its transparency."""
    if cleaning.media_type == JPEG:
        return False
    return cleaning.media_type == PNG or cleaning.outline.lossless or cleaning.image.has_transparency_data


def _parts(image: Image.Image, wanted: Sequence[int], profile: bytes | None, *, lossless: bool) -> Iterator[Part]:
    smaller, before = image, 1
    for divisor in wanted:
        if divisor % before:
            smaller, before = image, 1
        extension = _extension(image, divisor) if lossless else "jpg"
        if is_fine(extension, divisor):
            size = max(1, image.width // divisor), max(1, image.height // divisor)
            box = 0, 0, min(smaller.width, image.width / before), min(smaller.height, image.height / before)
            smaller = smaller.resize(size, Image.Resampling.BICUBIC, box)
        else:
            smaller = smaller.reduce(divisor // before)
        before = divisor
        options = {**_OPTIONS[extension], **(_markers(smaller) if extension == "jpg" else {})}
        yield Part(divisor, extension, saved(smaller, extension, icc_profile=profile, **options))


def _markers(image: Image.Image) -> Mapping[str, int]:
    """Return the option that writes restart markers, so that a tile can be cut out of a reduction."""
    return {"restart_marker_blocks": interval(image.width, _GREY_UNIT if image.mode == "L" else _UNIT)}


def _extension(image: Image.Image, divisor: int) -> str:
    """Return the lossless format: WebP, except for what it cannot hold."""
    fits = max(image.size) <= LONGEST_SIDE["webp"] * divisor
    return "webp" if fits and image.mode in ("RGB", "RGBA") else "png"
