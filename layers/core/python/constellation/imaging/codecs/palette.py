"""Pictures in colours as the frames of a GIF: at most 256 of them each, and only what changes is written."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Iterator
from math import isqrt

from PIL import Image, ImageChops

from constellation.imaging import colour
from constellation.imaging.codecs.write import Pictures
from constellation.imaging.inspect import gif_blocks as gif

_COLOURS = 256
_CAREFUL_COLOURS = 208
"""Colours of a frame whose palette is its own: as good as 256 of sharp's, in bytes that are as few."""

_OPAQUE_FROM = 128
_SAMPLE = 1_000_000
"""Pixels, of all pictures together, that are enough to choose palettes by; the choice takes 20 bytes for each."""

_COLOUR = 0.35
"""What a difference in colour counts where one in brightness counts 1: the eye sees brightness more finely."""


def as_gif(pictures: Pictures) -> bytes:
    """All pictures as a GIF; a colour profile, which a GIF cannot carry, is applied to them."""
    return gif.write(pictures.size, pictures.plays, _frames(pictures))


def _frames(pictures: Pictures) -> Iterator[tuple[gif.Frame, Image.Image]]:
    count = len(pictures.durations)
    factor = isqrt(pictures.size[0] * pictures.size[1] * count // _SAMPLE)
    shown: Image.Image | None = None
    for original, delay, palette in zip(pictures.images, _delays(pictures), pictures.palettes, strict=True):
        image = colour.in_srgb(original, pictures.profile)
        box = _changed(shown, image)
        part = image if count == 1 else image.crop(box)
        opaque = part.convert("RGB")
        colours = _COLOURS if part.mode == "RGB" else _COLOURS - 1
        if palette is not None:
            indices, used = _of_palette(opaque, palette[: colours * 3])
        elif count > 1 and factor <= 1:
            indices, used = _careful(opaque)
        else:
            indices, used = _of_sample(opaque, colours, factor, dither=count == 1)
        clear = None if part.mode == "RGB" else _cleared(indices, part, len(used) // 3)
        disposal = gif.KEEP if clear is None else gif.CLEAR
        yield gif.Frame(box, used if clear is None else used + b"\x00\x00\x00", clear, delay, disposal), indices
        shown = image if count == 1 else image.copy()


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


def _of_palette(image: Image.Image, palette: bytes) -> tuple[Image.Image, bytes]:
    """The indices of a picture that was made of these very colours."""
    return image.quantize(palette=_swatches(palette), dither=Image.Dither.NONE), palette


def _of_sample(image: Image.Image, colours: int, factor: int, *, dither: bool) -> tuple[Image.Image, bytes]:
    """A palette chosen from a smaller picture; what it lacks is mixed of dots, which in an animation would flicker."""
    chosen = (image.reduce(factor) if factor > 1 else image).quantize(colours, Image.Quantize.MEDIANCUT)
    how = Image.Dither.FLOYDSTEINBERG if dither else Image.Dither.NONE
    return image.quantize(palette=chosen, dither=how), _colours(chosen)


def _careful(image: Image.Image) -> tuple[Image.Image, bytes]:
    """A frame with a palette of its own, chosen and applied where brightness counts more than colour."""
    brightness, *tones = image.convert("YCbCr").split()
    table = [round(128 + (value - 128) * _COLOUR) for value in range(256)]
    weighted = Image.merge("RGB", [brightness, *(tone.point(table) for tone in tones)])
    indices = weighted.quantize(_CAREFUL_COLOURS, Image.Quantize.MEDIANCUT, kmeans=1)
    return indices, _unweighted(_colours(indices))


def _unweighted(palette: bytes) -> bytes:
    """The RGB triples of triples whose differences in colour were made smaller."""
    brightness, *tones = Image.frombytes("RGB", (len(palette) // 3, 1), palette).split()
    table = [min(max(round(128 + (value - 128) / _COLOUR), 0), 255) for value in range(256)]
    return Image.merge("YCbCr", [brightness, *(tone.point(table) for tone in tones)]).convert("RGB").tobytes()


def _cleared(indices: Image.Image, image: Image.Image, clear: int) -> int:
    """The index ``clear``, which is given to every pixel that is more clear than not."""
    indices.paste(clear, mask=image.getchannel("A").point([255] * _OPAQUE_FROM + [0] * (256 - _OPAQUE_FROM)))
    return clear


def _swatches(palette: bytes) -> Image.Image:
    holder = Image.new("P", (1, 1))
    holder.putpalette(palette)
    return holder


def _colours(image: Image.Image) -> bytes:
    """The palette of ``image``, RGB triples."""
    return bytes(image.getpalette() or b"")
