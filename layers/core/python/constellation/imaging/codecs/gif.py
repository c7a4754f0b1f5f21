"""Decode and write the frames of a GIF: the blocks are read and written here, only the LZW codes are Pillow's."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import io
import struct
from collections.abc import Iterable, Iterator

from PIL import Image

from constellation.imaging.inspect.gif_blocks import (
    APPLICATION,
    CLEAR,
    EXTENSION,
    GRAPHIC_CONTROL,
    IMAGE,
    RESTORE,
    TRAILER,
    Frame,
    Gif,
    Raster,
)
from constellation.imaging.inspect.sniff import GIF, Corrupt
from constellation.imaging.pillow_internals import gif_codes

_LOOP = b"\x0bNETSCAPE2.0\x03\x01"


def indices(frame: Frame, raster: Raster) -> Image.Image:
    """Return the palette indices of a frame as an ``L`` picture. Raises Corrupt where some of its pixels have none."""
    left, top, right, bottom = frame.box
    image = Image.new("L", (right - left, bottom - top))
    try:
        image.frombytes(raster.code[1:], "gif", (raster.code[0], int(raster.interlaced)))
    except (ValueError, IndexError, OSError) as fault:
        raise Corrupt(GIF) from fault
    return image


def composed(gif: Gif) -> Iterator[Image.Image]:
    """Yield what a viewer sees, ``RGB`` or ``RGBA``. All pictures are one canvas: use each before the next."""
    canvas = empty(gif)
    for frame, raster in gif.frames:
        before = canvas.crop(frame.box) if frame.disposal == RESTORE else None
        paint(canvas, frame, indices(frame, raster))
        yield canvas
        if frame.disposal == CLEAR:
            canvas.paste((0, 0, 0, 0), frame.box)
        elif before is not None:
            canvas.paste(before, frame.box)


def empty(gif: Gif) -> Image.Image:
    """Return the canvas before the first frame."""
    return Image.new("RGB" if gif.is_opaque else "RGBA", gif.size)


def paint(canvas: Image.Image, frame: Frame, drawn: Image.Image) -> None:
    """Paint a frame, given as palette indices, on the canvas. The indices become a picture with that palette."""
    mask = None
    if frame.transparent is not None:
        mask = drawn.point([0 if index == frame.transparent else 255 for index in range(256)], "1")
    drawn.putpalette(frame.palette.ljust(768, b"\x00"))
    canvas.paste(drawn.convert(canvas.mode), frame.box, mask)


def write(size: tuple[int, int], plays: int, frames: Iterable[tuple[Frame, Image.Image]]) -> bytes:
    """Return a GIF of frames given as palette indices (``L`` or ``P``).

    The palette of the first frame is written once, for all frames that have the same one.
    """
    out = io.BytesIO()
    shared: bytes | None = None
    for frame, image in frames:
        if shared is None:
            shared = frame.palette
            out.write(_head(size, plays, shared))
        left, top, right, bottom = frame.box
        flags, table = _colour_table(frame.palette) if frame.palette != shared else (0, b"")
        packed = frame.disposal << 2 | (frame.transparent is not None)
        out.write(
            struct.pack("<BBBBHBB", EXTENSION, GRAPHIC_CONTROL, 4, packed, frame.delay, frame.transparent or 0, 0)
        )
        out.write(struct.pack("<BHHHHB", IMAGE, left, top, right - left, bottom - top, flags) + table)
        out.write(gif_codes(image))
    out.write(bytes([TRAILER]))
    return out.getvalue()


def _head(size: tuple[int, int], plays: int, palette: bytes) -> bytes:
    flags, table = _colour_table(palette)
    head = struct.pack("<6sHHBBB", b"GIF89a", *size, flags, 0, 0) + table
    if plays != 1:
        head += bytes([EXTENSION, APPLICATION]) + _LOOP + struct.pack("<HB", max(plays - 1, 0), 0)
    return head


def _colour_table(palette: bytes) -> tuple[int, bytes]:
    """Return the flags that announce a palette, and its table: a power of two of colours."""
    bits = max(0, (len(palette) // 3 - 1).bit_length() - 1)
    return 0x80 | bits, palette.ljust(6 << bits, b"\x00")
