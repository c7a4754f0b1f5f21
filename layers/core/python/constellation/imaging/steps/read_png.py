"""Read a PNG that was uploaded."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from PIL.Image import Image

from constellation.imaging.codecs import png
from constellation.imaging.inspect import colorimetry, png_chunks
from constellation.imaging.inspect.orientation import UPRIGHT, orientation
from constellation.imaging.inspect.png_chunks import Png
from constellation.imaging.steps.cleaning import Cleaning

_LEVEL = 4
"""The effort of a PNG that is written anew: 2 to 6 % more bytes than the usual level, in a third of the time."""

_OPAQUE = 255


def read_png(cleaning: Cleaning) -> None:
    """Decode a PNG in full, and keep its transparent colour; keep its packed pixels where they hold nothing else."""
    parsed = png_chunks.parse(cleaning.data)
    image, is_exact = png.decoded(parsed)
    cleaning.image = image
    cleaning.profile = colorimetry.profile_of(parsed.meaning, image.mode)
    cleaning.orientation = orientation(parsed.exif)
    palette, clear = parsed.palette, parsed.clear
    transparency = _transparency(image, parsed.depth)
    if image.mode == "P":
        palette, clear = _used(image, palette, clear)
        image.putpalette(palette)
        transparency = clear or None
    cleaning.options = {"transparency": transparency, "compress_level": _LEVEL}
    if is_exact and cleaning.orientation == UPRIGHT and _shows_all(image, parsed):
        cleaning.kept = png_chunks.written(parsed, palette, clear, cleaning.profile)


def _shows_all(image: Image, parsed: Png) -> bool:
    """Tell whether each bit of the header and of the rows is one that the decoded picture has.

    A row of samples of less than a byte may end in bits of no pixel; samples of 16 bits in colour become 8 bits.
    """
    *_, depth, _, packing, filtering, interlacing = parsed.header
    clear = memoryview(parsed.clear) if image.mode != "P" else b""
    return (
        (depth == 8 or image.mode == "I;16")
        and not packing
        and not filtering
        and interlacing in (0, 1)
        and (depth == 16 or not any(clear[::2]))
    )


def _used(image: Image, palette: bytes, clear: bytes) -> tuple[bytes, bytes]:
    """Return the colours and opacities of a palette that a picture uses: black and opaque for what it does not."""
    counts = image.histogram()
    used = [index for index, count in enumerate(counts) if count]
    colours, opacities = bytearray(3 * (used[-1] + 1)), bytearray([_OPAQUE]) * (used[-1] + 1)
    for index in used:
        colour = palette[3 * index : 3 * index + 3]
        colours[3 * index : 3 * index + len(colour)] = colour
        opacities[index : index + 1] = clear[index : index + 1] or bytes([_OPAQUE])
    return bytes(colours), bytes(opacities).rstrip(bytes([_OPAQUE]))


def _transparency(image: Image, depth: int) -> int | bytes | tuple[int, int, int] | None:
    """Return the transparent colour in the depth that the picture was decoded to; the file says it in its own."""
    clear: int | bytes | tuple[int, int, int] | None = image.info.get("transparency")
    if isinstance(clear, tuple) and depth == 16:
        return clear[0] >> 8, clear[1] >> 8, clear[2] >> 8
    if isinstance(clear, int) and image.mode == "L":
        return clear * 255 // ((1 << depth) - 1)
    return clear
