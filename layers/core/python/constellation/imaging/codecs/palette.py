"""Turn pictures in colours into the frames of a GIF: at most 256 colours each, and only what changes is written."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Iterable, Iterator, Sequence
from math import isqrt

from PIL import Image, ImageChops

from constellation.imaging.codecs import gif
from constellation.imaging.inspect.gif_blocks import CLEAR, KEEP, Box, Frame

_COLOURS = 256
_CAREFUL_COLOURS = 208
"""Colours of a frame that has a palette of its own: as good as 256 of sharp's, in no more bytes."""

_SETTLED = 30
"""A palette is chosen when less than one pixel of so many still moves to another colour: few are seen to."""

_OPAQUE_FROM = 128
_LONGEST_DELAY = 65535

_SAMPLE = 1_000_000
"""Pixels, of all pictures together, that are enough to choose palettes by. The choice takes 20 bytes for each."""

_COLOUR = 0.35
"""The weight of a difference in colour, where one in brightness has 1: the eye sees brightness more finely."""


def as_gif(
    pictures: Iterable[Image.Image],
    size: tuple[int, int],
    durations: Sequence[int],
    plays: int,
    palettes: Sequence[bytes | None],
) -> bytes:
    """Return a GIF of pictures in sRGB, ``RGB`` or ``RGBA``.

    ``durations`` (in milliseconds) and ``palettes`` have an item for each picture. A palette is the RGB triples that
    the picture was made of, None where it was not made of any. ``plays`` is how often it plays, 0 for ever.
    """
    return gif.write(size, plays, _frames(pictures, size, durations, palettes))


def _frames(
    pictures: Iterable[Image.Image], size: tuple[int, int], durations: Sequence[int], palettes: Sequence[bytes | None]
) -> Iterator[tuple[Frame, Image.Image]]:
    count = len(durations)
    factor = isqrt(size[0] * size[1] * count // _SAMPLE)
    shown: Image.Image | None = None
    for image, delay, palette in zip(pictures, _delays(durations), palettes, strict=True):
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
        disposal = KEEP if clear is None else CLEAR
        yield Frame(box, used if clear is None else used + b"\x00\x00\x00", clear, delay, disposal), indices
        shown = image if count == 1 else image.copy()


def _delays(durations: Sequence[int]) -> Iterator[int]:
    """Yield hundredths of a second for each picture, so that roundings do not add up."""
    end = written = 0
    for duration in durations:
        end += duration
        delay = min(round(end / 10) - written, _LONGEST_DELAY)
        written += delay
        yield delay


def _changed(shown: Image.Image | None, image: Image.Image) -> Box:
    """Return the box that must be drawn: what is not clear, or in an opaque animation what differs from before."""
    whole = (0, 0, *image.size)
    if image.mode == "RGBA":
        return whole if shown is None else image.getchannel("A").getbbox() or (0, 0, 1, 1)
    return whole if shown is None else ImageChops.difference(shown, image).getbbox() or (0, 0, 1, 1)


def _of_palette(image: Image.Image, palette: bytes) -> tuple[Image.Image, bytes]:
    """Return the indices of a picture that was made of these very colours."""
    return image.quantize(palette=_swatches(palette), dither=Image.Dither.NONE), palette


def _of_sample(image: Image.Image, colours: int, factor: int, *, dither: bool) -> tuple[Image.Image, bytes]:
    """Choose a palette from a smaller picture. Dots mix what it lacks; in an animation they would flicker."""
    chosen = (image.reduce(factor) if factor > 1 else image).quantize(colours, Image.Quantize.MEDIANCUT)
    how = Image.Dither.FLOYDSTEINBERG if dither else Image.Dither.NONE
    return image.quantize(palette=chosen, dither=how), _colours(chosen)


def _careful(image: Image.Image) -> tuple[Image.Image, bytes]:
    """Choose and apply a palette for one frame, with brightness counting more than colour."""
    brightness, *tones = image.convert("YCbCr").split()
    table = [round(128 + (value - 128) * _COLOUR) for value in range(256)]
    weighted = Image.merge("RGB", [brightness, *(tone.point(table) for tone in tones)])
    # Pillow ends when as many pixels or fewer move; 0 would not refine the palette at all.
    settled = max(1, image.width * image.height // _SETTLED)
    indices = weighted.quantize(_CAREFUL_COLOURS, Image.Quantize.MEDIANCUT, kmeans=settled)
    return indices, _unweighted(_colours(indices))


def _unweighted(palette: bytes) -> bytes:
    """Return the RGB triples of triples whose differences in colour were made smaller."""
    brightness, *tones = Image.frombytes("RGB", (len(palette) // 3, 1), palette).split()
    table = [min(max(round(128 + (value - 128) / _COLOUR), 0), 255) for value in range(256)]
    return Image.merge("YCbCr", [brightness, *(tone.point(table) for tone in tones)]).convert("RGB").tobytes()


def _cleared(indices: Image.Image, image: Image.Image, clear: int) -> int:
    """Give the index ``clear``, which is returned, to every pixel that is more clear than not."""
    indices.paste(clear, mask=image.getchannel("A").point([255] * _OPAQUE_FROM + [0] * (256 - _OPAQUE_FROM)))
    return clear


def _swatches(palette: bytes) -> Image.Image:
    holder = Image.new("P", (1, 1))
    holder.putpalette(palette)
    return holder


def _colours(image: Image.Image) -> bytes:
    """Return the palette of ``image`` as RGB triples."""
    return bytes(image.getpalette() or b"")
