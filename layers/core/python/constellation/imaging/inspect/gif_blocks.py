"""GIF (GIF89a specification) frame by frame: its blocks are read and written here, only the LZW code is Pillow's.

So a cleaned animation has each frame's own indices, palette, place, delay and disposal, and a rendered
one is put together the way browsers do it. A file need not end as it should: what is between the blocks is passed over,
and the frames that are whole are kept.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import io
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from PIL import Image

from constellation.imaging.inspect.faults import Corrupt
from constellation.imaging.inspect.sniff import GIF

Box = tuple[int, int, int, int]

KEEP, CLEAR, RESTORE = 1, 2, 3
"""Disposal: what happens to a frame's place before the next one is drawn."""

_DISPOSALS = (0, KEEP, CLEAR, RESTORE, RESTORE, 0, 0, 0)
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOP = b"\x0bNETSCAPE2.0\x03\x01"
_LOOPING = (b"\x0bnetscape2.0", b"\x0banimexts1.0")
"""The applications, in lower case, whose extension says how often an animation plays."""

_PLAUSIBLE = re.compile(
    rb"!(?:\xf9\x04|\xff\x0b|\xfe|\x01\x0c)"
    rb"|,(?=.{8}[\x00-\x07\x20-\x27\x40-\x47\x60-\x67\x80-\x87\xa0-\xa7\xc0-\xc7\xe0-\xe7])",
    re.DOTALL,
)
"""How a block begins that comes after stray bytes: a known extension, or an image whose reserved bits are not set."""

_CODE_SIZES = range(1, 12)
_GREYS = bytes(level for grey in range(256) for level in (grey, grey, grey))
_DESCRIPTOR_SIZE, _CONTROL_SIZE, _LOOP_SIZE = 10, 4, 3

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
        raise Corrupt(GIF) from fault
    if not frames:
        raise Corrupt(GIF)
    boxes = [frame.box for frame, _ in frames]
    size = max(width, *(box[2] for box in boxes)), max(height, *(box[3] for box in boxes))
    return Gif(size, plays, frames)


def indices(frame: Frame, raster: Raster) -> Image.Image:
    """The frame's palette indices as an ``L`` picture. Raises Corrupt where there are not as many as it has pixels."""
    left, top, right, bottom = frame.box
    image = Image.new("L", (right - left, bottom - top))
    try:
        image.frombytes(raster.code[1:], "gif", (raster.code[0], int(raster.interlaced)))
    except (ValueError, IndexError, OSError) as fault:
        raise Corrupt(GIF) from fault
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

    def find_block(self) -> int | None:
        """Go to the next extension or image, past stray bytes; its kind, or None where there is no more."""
        data = self.data
        if self.at >= len(data):
            return None
        kind = data[self.at]
        if kind in (_EXTENSION, _IMAGE, _TRAILER):
            return None if kind == _TRAILER else kind
        for found in _PLAUSIBLE.finditer(data, self.at + 1):
            self._pass(1)
            self.at = found.start()
            if data[self.at] == _EXTENSION or self._is_image():
                return data[self.at]
        return None

    def skip_blocks(self, at: int) -> int | None:
        """Go where the sub-blocks that begin at ``at`` end; None, or the last one's place where the file ends first."""
        data, left, end, last = self.data, self._left, len(self.data), at
        while at < end and left and (length := data[at]):
            last = at
            at += 1 + length
            left -= 1
        self._pass(1 + self._left - left)
        self.at = at + 1
        return last if at >= end else None

    def _pass(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise Corrupt(GIF)

    def _is_image(self) -> bool:
        """Whether what looks like an image lies on the canvas, and has a size for its codes."""
        data = self.data
        canvas = struct.unpack_from("<HH", data, 6)
        left, top, width, height, flags = struct.unpack_from("<HHHHB", data, self.at + 1)
        _, start = _colours(data, self.at + _DESCRIPTOR_SIZE, flags)
        is_on_canvas = 0 < width <= canvas[0] - left and 0 < height <= canvas[1] - top
        return is_on_canvas and start < len(data) and data[start] in _CODE_SIZES


def _blocks(reader: _Reader, shared: bytes, most_frames: int) -> tuple[int, list[tuple[Frame, Raster]]]:
    """How often the animation plays, and its frames; the last one may not be whole."""
    data, plays = reader.data, 1
    frames: list[tuple[Frame, Raster]] = []
    disposal, delay, transparent = _NO_CONTROL
    while len(frames) <= most_frames and (kind := reader.find_block()):
        at = reader.at
        if kind == _EXTENSION:
            label, block = data[at + 1 : at + 2], at + 2
            if reader.skip_blocks(block) is not None:
                break
            if label[0] == _GRAPHIC_CONTROL and data[block] >= _CONTROL_SIZE:
                disposal, delay, transparent = _control(data, block)
            elif label[0] == _APPLICATION and data[block : block + len(_LOOPING[0])].lower() in _LOOPING:
                plays = _plays(data, block + len(_LOOPING[0]), plays)
            continue
        if at + _DESCRIPTOR_SIZE >= len(data):
            break
        left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
        palette, start = _colours(data, at + _DESCRIPTOR_SIZE, flags)
        last = reader.skip_blocks(start + 1)
        code = data[start : reader.at]
        if last is not None:  # what there is of the last sub-block
            rest = data[last + 1 : last + 256]
            code = data[start:last] + bytes([len(rest)]) + rest + b"\0"
        if width and height:
            box = (left, top, left + width, top + height)
            raster = Raster(code, bool(flags & 0x40))
            frames.append((Frame(box, palette or shared, transparent, delay, disposal), raster))
        disposal, delay, transparent = _NO_CONTROL
    return plays, frames


def _plays(data: bytes, at: int, otherwise: int) -> int:
    """What the sub-blocks at ``at`` say of how often the animation plays, if they say something of it."""
    while length := data[at]:
        if length >= _LOOP_SIZE and data[at + 1] & 7 == 1:
            (repeats,) = struct.unpack_from("<H", data, at + 2)
            return repeats and repeats + 1
        at += 1 + length
    return otherwise


def _control(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Disposal, delay and transparent index of the graphic control block at ``at``."""
    _, flags, delay, transparent = struct.unpack_from("<BBHB", data, at)
    return _DISPOSALS[flags >> 2 & 7], delay, transparent if flags & 1 else None
