"""Pictures in colours as the frames of a GIF: at most 256 of them each, and only what changes is written."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Iterator
from math import isqrt

from PIL import Image, ImageChops

from constellation.imaging.steps import colour, gif
from constellation.imaging.steps.encode import Pictures

_COLOURS = 256
_OPAQUE_FROM = 128
_SAMPLE = 1_000_000
"""Pixels that are enough to choose a palette by; the choice takes 20 bytes for each."""


def as_gif(pictures: Pictures) -> bytes:
    """All pictures as a GIF; a colour profile, which a GIF cannot carry, is applied to them."""
    return gif.write(pictures.size, pictures.plays, _frames(pictures))


def _frames(pictures: Pictures) -> Iterator[tuple[gif.Frame, Image.Image]]:
    is_still = len(pictures.durations) == 1
    shown: Image.Image | None = None
    for original, delay, palette in zip(pictures.images, _delays(pictures), pictures.palettes, strict=True):
        image = colour.in_srgb(original, pictures.profile)
        box = _changed(shown, image)
        part = image if is_still else image.crop(box)
        indices, used, clear = _indexed(part, palette, dither=is_still)
        disposal = gif.KEEP if clear is None else gif.CLEAR
        yield gif.Frame(box, used, clear, delay, disposal), indices
        shown = image if is_still else image.copy()


def _delays(pictures: Pictures) -> Iterator[int]:
    """Hundredths of a second for each picture, the roundings not adding up."""
    end = written = 0
    for duration in pictures.durations:
        end += duration
        delay = min(round(end / 10) - written, 65535)
        written += delay
        yield delay


def _changed(shown: Image.Image | None, image: Image.Image) -> gif.Box:
    """The part that must be drawn: what is not clear, or in an opaque animation what differs from before."""
    whole = (0, 0, *image.size)
    if image.mode == "RGBA":
        return whole if shown is None else image.getchannel("A").getbbox() or (0, 0, 1, 1)
    return whole if shown is None else ImageChops.difference(shown, image).getbbox() or (0, 0, 1, 1)


def _indexed(image: Image.Image, palette: bytes | None, *, dither: bool) -> tuple[Image.Image, bytes, int | None]:
    """The indices, the palette, and the index of the clear colour where the picture can be clear."""
    opaque = image if image.mode == "RGB" else image.convert("RGB")
    colours = _COLOURS if image.mode == "RGB" else _COLOURS - 1
    if palette is None:
        chosen = indices = _sample(opaque).quantize(colours, Image.Quantize.MEDIANCUT)
        if dither or indices.size != image.size:
            how = Image.Dither.FLOYDSTEINBERG if dither else Image.Dither.NONE
            indices = opaque.quantize(palette=chosen, dither=how)
    else:
        chosen = Image.new("P", (1, 1))
        chosen.putpalette(palette[: colours * 3])
        indices = opaque.quantize(palette=chosen, dither=Image.Dither.NONE)
    used = bytes(chosen.getpalette() or b"")[: colours * 3]
    if image.mode == "RGB":
        return indices, used, None
    clear = len(used) // 3
    indices.paste(clear, mask=image.getchannel("A").point([255] * _OPAQUE_FROM + [0] * (256 - _OPAQUE_FROM)))
    return indices, used + b"\x00\x00\x00", clear


def _sample(image: Image.Image) -> Image.Image:
    """The picture, or a smaller one of the same colours."""
    factor = isqrt(image.width * image.height // _SAMPLE)
    return image.reduce(factor) if factor > 1 else image
