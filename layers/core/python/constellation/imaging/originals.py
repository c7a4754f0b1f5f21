"""The cleaned original, one function a type: decoded in full, turned upright, written again from bare pixels."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from constellation.imaging import colour
from constellation.imaging.codecs import read as decode
from constellation.imaging.codecs.write import Pictures, animated_webp, saved
from constellation.imaging.inspect import colorimetry
from constellation.imaging.inspect import gif_blocks as gif
from constellation.imaging.inspect import jpeg_segments as jpeg
from constellation.imaging.inspect import orientation as orient
from constellation.imaging.inspect import png_chunks as png
from constellation.imaging.inspect import webp_chunks as webp
from constellation.imaging.inspect.faults import Corrupt
from constellation.imaging.inspect.outline import Outline
from constellation.imaging.inspect.sniff import GIF, JPEG, PNG, WEBP

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

_CMYK_QUALITY = 95
_LOSSY: dict[str, Any] = {"quality": 90, "method": 2}
_LOSSLESS: dict[str, Any] = {"lossless": True, "quality": 20, "method": 1}
"""How WebP is written; for lossless ones ``quality`` is effort."""


class Cleaned(NamedTuple):
    """The file, its width and height in pixels, its number of frames."""

    data: bytes
    size: tuple[int, int]
    frames: int = 1


def cleaned(data: bytes, shape: Outline, media_type: str) -> Cleaned:
    """The original without anything but its pixels, colour profile and animation. Raises whatever Pillow raises."""
    if media_type == WEBP:
        return _webp(data, shape)
    return _CLEANERS[media_type](data)


def _jpeg(data: bytes) -> Cleaned:
    """Written with the source's own quantisation, so that the pixels hardly change; never progressive.

    A progressive original would make every rendition of it three times as dear to decode.
    """
    parsed = jpeg.parse(data)
    source = decode.whole_jpeg(parsed)
    profile = colour.first_sound(parsed.profiles, source.mode)
    asked = orient.turn(parsed.exif)
    if source.mode == "CMYK":
        converted = colour.in_srgb(source, profile)
        del source  # two such pictures at once are enough
        image = orient.upright(converted, asked)
        return Cleaned(saved(image, "jpg", quality=_CMYK_QUALITY, subsampling=0), image.size)
    options = _quantisation(source, parsed.tables, turned=orient.swaps_sides(asked))
    image = orient.upright(source, asked)
    del source, parsed  # what was read is as large as what is written
    return Cleaned(saved(image, "jpg", icc_profile=profile, **options), image.size)


def _quantisation(source: "JpegImageFile", found: Sequence[jpeg.Table], *, turned: bool) -> dict[str, Any]:
    """The tables and the chroma sampling that the source was written with; both turn with the picture."""
    from PIL.JpegImagePlugin import get_sampling

    tables = list(found)
    if tables[-2:] == tables[-1:] * 2:
        tables.pop()  # the encoder uses the last table for the channels after it
    if turned:
        tables = [[table[row + 8 * column] for row in range(8) for column in range(8)] for table in tables]
    sampling = get_sampling(source)
    keeps_sampling = sampling == 2 or (sampling == 1 and not turned)
    return {"qtables": tables, "subsampling": sampling if keeps_sampling else 0}


def _png(data: bytes) -> Cleaned:
    parsed = png.parse(data)
    source = decode.whole_png(parsed)
    profile = colorimetry.profile_of(parsed.meaning, source.mode)
    transparency = _png_transparency(source, parsed.depth)
    image = orient.upright(source, orient.turn(parsed.exif))
    del source, parsed
    if transparency is not None:
        image.info["transparency"] = transparency
    return Cleaned(saved(image, "png", icc_profile=profile), image.size)


def _png_transparency(image: Image.Image, depth: int) -> int | bytes | tuple[int, int, int] | None:
    """The transparent colour in the depth that the picture was decoded to; the file says it in its own."""
    clear: int | bytes | tuple[int, int, int] | None = image.info.get("transparency")
    if isinstance(clear, tuple) and depth == 16:
        return clear[0] >> 8, clear[1] >> 8, clear[2] >> 8
    if isinstance(clear, int) and image.mode == "L":
        return clear * 255 // ((1 << depth) - 1)
    return clear


def _webp(data: bytes, shape: Outline) -> Cleaned:
    source = decode.opened(webp.written(webp.parse(data)), WEBP)
    profile = colour.profile_of(source)
    asked = orient.turn(source.info.get("exif"))
    options = _LOSSLESS if shape.lossless else _LOSSY
    upright = (orient.upright(picture, asked) for picture in decode.pictures(source, shape.frames))
    if shape.frames > 1:
        size = (shape.height, shape.width) if orient.swaps_sides(asked) else (shape.width, shape.height)
        palettes: Sequence[None] = [None] * shape.frames
        pictures = Pictures(upright, size, profile, shape.durations, shape.plays, palettes)
        return Cleaned(animated_webp(pictures, **{**options, "method": 0}), size, shape.frames)
    image = next(upright)
    del source, upright  # the decoder holds three canvases of its own
    return Cleaned(saved(image, "webp", icc_profile=profile, exact=True, **options), image.size)


def _gif(data: bytes) -> Cleaned:
    """Frame by frame as they are: indices, palettes, places, delays and disposals, only the blocks are new.

    A last frame that is not whole is left out, unless it is the only one.
    """
    parsed = gif.parse(data)
    count = 0

    def redrawn() -> Iterator[tuple[gif.Frame, Image.Image]]:
        nonlocal count
        for frame, raster in parsed.frames:
            try:
                drawn = gif.indices(frame, raster)
            except Corrupt:
                if count and count == len(parsed.frames) - 1:
                    return
                raise
            count += 1
            yield frame, drawn

    return Cleaned(gif.write(parsed.size, parsed.plays, redrawn()), parsed.size, count)


_CLEANERS = {JPEG: _jpeg, PNG: _png, GIF: _gif}
