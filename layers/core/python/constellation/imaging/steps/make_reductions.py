"""Make the reductions of a PNG or a WebP."""

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
from constellation.imaging.inspect.sniff import PNG
from constellation.imaging.reductions import Part, divisors, is_fine
from constellation.imaging.steps.cleaning import Cleaning

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "webp": {"lossless": True, "quality": 0, "method": 0},
    "png": {"compress_level": 1, "compress_type": zlib.Z_RLE},
}
"""How lossless reductions are written, as options of Pillow's ``save``. The ``quality`` of a WebP is the effort."""

_QUALITY = 95
"""The quality of lossy reductions. They have to stand for a WebP more often than those of a JPEG, whose are of 90."""

_UNIT, _GREY_UNIT = 16, 8
"""The width of a unit of these JPEGs, in pixels."""


def make_reductions(cleaning: Cleaning) -> None:
    """Make the reductions of the upright picture, in a mode that can be scaled, with its profile.

    A photograph's are lossy: JPEG at a quality that leaves hardly a trace in what is made of them.
    """
    wanted = divisors(cleaning.media_type, *cleaning.image.size, cleaning.frames) if cleaning.reduces else ()
    if wanted:
        cleaning.parts += _parts(cleaning, list(map(int, wanted)), None if _is_lossless(cleaning) else _QUALITY)


def shown_with(image: Image.Image, clear: int | bytes | tuple[int, int, int] | None) -> Image.Image:
    """Return a picture in a mode that can be scaled, with the transparent colour that a PNG is written with."""
    image.info = {} if clear is None else {"transparency": clear}
    shown = plain(image)
    image.info = {}
    return shown


def _is_lossless(cleaning: Cleaning) -> bool:
    """Tell whether nothing was lost in the upload, or lossy reductions could not hold its transparency."""
    return cleaning.media_type == PNG or cleaning.outline.lossless or cleaning.image.has_transparency_data


def _parts(cleaning: Cleaning, wanted: Sequence[int], quality: int | None) -> Iterator[Part]:
    """Yield the reductions, the largest first; lossless ones without a ``quality``.

    Each takes the place of the picture that it was made of: what packs the largest takes as much memory.
    """
    smaller = shown_with(cleaning.image, cleaning.options.get("transparency"))
    (width, height), before = smaller.size, 1
    for divisor in wanted:
        extension = "jpg" if quality else _extension(smaller, (width, height), divisor)
        if is_fine(extension, divisor):
            size = max(1, width // divisor), max(1, height // divisor)
            box = 0, 0, min(smaller.width, width / before), min(smaller.height, height / before)
            smaller = smaller.resize(size, Image.Resampling.LANCZOS, box)
        else:
            smaller = smaller.reduce(divisor // before)
        before, cleaning.image = divisor, smaller
        options = {"quality": quality, **markers(smaller)} if quality else _OPTIONS[extension]
        yield Part(divisor, extension, saved(smaller, extension, icc_profile=cleaning.profile, **options))


def markers(image: Image.Image) -> Mapping[str, int]:
    """Return the option that writes restart markers, so that a tile can be cut out of a reduction."""
    return {"restart_marker_blocks": interval(image.width, _GREY_UNIT if image.mode == "L" else _UNIT)}


def _extension(image: Image.Image, full: tuple[int, int], divisor: int) -> str:
    """Return the lossless format: WebP, except for what it cannot hold."""
    fits = max(full) <= LONGEST_SIDE["webp"] * divisor
    return "webp" if fits and image.mode in ("RGB", "RGBA") else "png"
