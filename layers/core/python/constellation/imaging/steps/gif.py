"""GIF (GIF89a specification) frame by frame: its blocks are read and written here, only the LZW code is Pillow's.

So a cleaned animation has each frame's own indices, palette, place, delay and disposal, and a rendered
one is put together the way browsers do it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import io
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from PIL import Image

from constellation.imaging.steps.faults import Corrupt

Box = tuple[int, int, int, int]

KEEP, CLEAR, RESTORE = 1, 2, 3
"""Disposal: what happens to a frame's place before the next one is drawn."""

_DISPOSALS = (0, KEEP, CLEAR, RESTORE, RESTORE, 0, 0, 0)
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOP = b"\x0bNETSCAPE2.0\x03\x01"
_GREYS = bytes(level for grey in range(256) for level in (grey, grey, grey))
_DESCRIPTOR_SIZE = 10

_BLOCK_LIMIT = 1_000_000
"""Blocks of a file, sub-blocks included; 50 MB in full ones are 200,000."""

_NO_CONTROL: tuple[int, int, int | None] = (0, 0, None)


class Frame(NamedTuple):
    """How one frame is shown: its place on the canvas, the ``delay`` after it in hundredths of a second.

    ``palette`` is RGB triples, ``transparent`` an index into it.
    """

    box: Box
    palette: bytes
    transparent: int | None
    delay: int
    disposal: int


class Raster(NamedTuple):
    """One frame's compressed indices: the code size and the blocks after it."""

    code: bytes
    interlaced: bool


class Gif(NamedTuple):
    """A canvas that holds every frame, in pixels, how often the animation plays (0: for ever), and its frames."""

    size: tuple[int, int]
    plays: int
    frames: Sequence[tuple[Frame, Raster]]

    @property
    def is_opaque(self) -> bool:
        """Whether no part of the canvas is ever clear."""
        first, _ = self.frames[0]
        return (
            first.box == (0, 0, *self.size)
            and first.transparent is None
            and first.disposal != RESTORE
            and all(frame.disposal != CLEAR for frame, _ in self.frames)
        )


def parse(data: bytes, most_frames: int = sys.maxsize) -> Gif:
    """The blocks of a GIF up to its trailer, or to the first frame past ``most_frames``; what follows is not looked at.

    Raises Corrupt.
    """
    try:
        width, height, flags = struct.unpack_from("<HHB", data, 6)
        palette, at = _colours(data, 13, flags)
        plays, frames = _blocks(_Reader(data, at), palette or _GREYS, most_frames)
    except (struct.error, IndexError) as fault:
        raise Corrupt("GIF") from fault
    boxes = [frame.box for frame, _ in frames]
    if not boxes or any(left == right or top == bottom for left, top, right, bottom in boxes):
        raise Corrupt("GIF")
    size = max(width, *(box[2] for box in boxes)), max(height, *(box[3] for box in boxes))
    return Gif(size, plays, frames)


def indices(frame: Frame, raster: Raster) -> Image.Image:
    """The frame's palette indices as an ``L`` picture. Raises what Pillow raises on a bad or short raster."""
    from PIL.GifImagePlugin import GifImageFile  # only a GIF pays for it

    left, top, right, bottom = frame.box
    width, height = right - left, bottom - top
    flags = 0x40 if raster.interlaced else 0
    head = struct.pack("<6sHHBBB", b"GIF89a", width, height, 0, 0, 0)
    head += struct.pack("<BHHHHB", _IMAGE, 0, 0, width, height, flags)
    image = GifImageFile(io.BytesIO(head + raster.code + bytes([_TRAILER])))
    image.load()
    return image


def composed(gif: Gif) -> Iterator[Image.Image]:
    """The pictures that a viewer sees, ``RGB`` or ``RGBA``: one canvas drawn on, so use each before the next."""
    canvas = Image.new("RGB" if gif.is_opaque else "RGBA", gif.size)
    for frame, raster in gif.frames:
        before = canvas.crop(frame.box) if frame.disposal == RESTORE else None
        drawn = indices(frame, raster)
        mask = None
        if frame.transparent is not None:
            mask = drawn.point([0 if index == frame.transparent else 255 for index in range(256)], "1")
        drawn.putpalette(frame.palette.ljust(768, b"\x00"))
        canvas.paste(drawn.convert(canvas.mode), frame.box, mask)
        yield canvas
        if frame.disposal == CLEAR:
            canvas.paste((0, 0, 0, 0), frame.box)
        elif before is not None:
            canvas.paste(before, frame.box)


def write(size: tuple[int, int], plays: int, frames: Iterable[tuple[Frame, Image.Image]]) -> bytes:
    """A GIF of frames given as palette indices (``L`` or ``P``); those of the first one's palette share it."""
    from PIL.GifImagePlugin import getdata

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
            struct.pack("<BBBBHBB", _EXTENSION, _GRAPHIC_CONTROL, 4, packed, frame.delay, frame.transparent or 0, 0)
        )
        out.write(struct.pack("<BHHHHB", _IMAGE, left, top, right - left, bottom - top, flags) + table)
        out.write(b"".join(getdata(image))[_DESCRIPTOR_SIZE:])
    out.write(bytes([_TRAILER]))
    return out.getvalue()


def _head(size: tuple[int, int], plays: int, palette: bytes) -> bytes:
    flags, table = _colour_table(palette)
    head = struct.pack("<6sHHBBB", b"GIF89a", *size, flags, 0, 0) + table
    if plays != 1:
        head += bytes([_EXTENSION, _APPLICATION]) + _LOOP + struct.pack("<HB", max(plays - 1, 0), 0)
    return head


def _colours(data: bytes, at: int, flags: int) -> tuple[bytes | None, int]:
    """The colour table that ``flags`` announce at ``at``, and where it ends."""
    if not flags & 0x80:
        return None, at
    end = at + (6 << (flags & 7))
    return data[at:end], end


def _colour_table(palette: bytes) -> tuple[int, bytes]:
    """The flags that announce a palette, and its table: a power of two of colours."""
    bits = max(0, (len(palette) // 3 - 1).bit_length() - 1)
    return 0x80 | bits, palette.ljust(6 << bits, b"\x00")


class _Reader:
    """A place in a file, and how many blocks it may still pass."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self._left = _BLOCK_LIMIT

    def skip_blocks(self, at: int) -> None:
        """Go where the sub-blocks that begin at ``at`` end."""
        data, left = self.data, self._left
        while (length := data[at]) and left:
            at += 1 + length
            left -= 1
        if not left:
            raise Corrupt("GIF")
        self.at, self._left = at + 1, left - 1


def _blocks(reader: _Reader, shared: bytes, most_frames: int) -> tuple[int, list[tuple[Frame, Raster]]]:
    """How often the animation plays, and its frames."""
    data, plays = reader.data, 1
    frames: list[tuple[Frame, Raster]] = []
    disposal, delay, transparent = _NO_CONTROL
    while (kind := data[at := reader.at]) != _TRAILER and len(frames) <= most_frames:
        if kind == _EXTENSION:
            label, block = data[at + 1], at + 2
            reader.skip_blocks(block)
            if label == _GRAPHIC_CONTROL:
                disposal, delay, transparent = _control(data, block)
            elif label == _APPLICATION and data.startswith(_LOOP, block):
                (repeats,) = struct.unpack_from("<H", data, block + len(_LOOP))
                plays = repeats and repeats + 1
        elif kind == _IMAGE:
            left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
            palette, start = _colours(data, at + _DESCRIPTOR_SIZE, flags)
            reader.skip_blocks(start + 1)
            box = (left, top, left + width, top + height)
            raster = Raster(data[start : reader.at], bool(flags & 0x40))
            frames.append((Frame(box, palette or shared, transparent, delay, disposal), raster))
            disposal, delay, transparent = _NO_CONTROL
        else:
            raise Corrupt("GIF")
    return plays, frames


def _control(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Disposal, delay and transparent index of the graphic control block at ``at``."""
    _, flags, delay, transparent = struct.unpack_from("<BBHB", data, at)
    return _DISPOSALS[flags >> 2 & 7], delay, transparent if flags & 1 else None
