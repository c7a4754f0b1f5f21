"""Read a GIF (GIF89a specification) block by block, without decoding a pixel.

So a cleaned animation has each frame's own indices, palette, box, delay and disposal, and a rendition of it is put
together the way browsers do it. A file need not end as it should: stray bytes between the blocks are passed over, and
the frames that are whole are kept.
"""

import re
import struct
import sys
from collections.abc import Sequence
from typing import NamedTuple

from constellation.imaging.inspect.sniff import GIF, Corrupt

Box = tuple[int, int, int, int]

KEEP, CLEAR, RESTORE = 1, 2, 3
"""Disposal: what happens to the box of a frame before the next frame is drawn."""

_DISPOSALS = (0, KEEP, CLEAR, RESTORE, RESTORE, 0, 0, 0)
EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
"""The kinds of blocks."""

GRAPHIC_CONTROL, APPLICATION = 0xF9, 0xFF
"""The kinds of extensions that are read."""

_LOOPING = (b"\x0bnetscape2.0", b"\x0banimexts1.0")
"""The applications, in lower case, whose extension says how often an animation plays."""

_PLAUSIBLE = re.compile(
    rb"!(?:\xf9\x04|\xff\x0b|\xfe|\x01\x0c)"
    rb"|,(?=.{8}[\x00-\x07\x20-\x27\x40-\x47\x60-\x67\x80-\x87\xa0-\xa7\xc0-\xc7\xe0-\xe7])",
    re.DOTALL,
)
"""The beginning of a block after stray bytes: a known extension, or an image whose reserved bits are not set."""

_CODE_SIZES = range(1, 12)
_GREYS = bytes(level for grey in range(256) for level in (grey, grey, grey))
_DESCRIPTOR_SIZE, _CONTROL_SIZE, _LOOP_SIZE = 10, 4, 3

_BLOCK_LIMIT = 1_000_000
"""Blocks of a file, sub-blocks included; 50 MB in full ones are 200,000."""

_NO_CONTROL: tuple[int, int, int | None] = (0, 0, None)


class Frame(NamedTuple):
    """How one frame is shown: its box on the canvas, and the ``delay`` after it in hundredths of a second.

    ``palette`` is RGB triples; ``transparent`` is an index into it.
    """

    box: Box
    palette: bytes
    transparent: int | None
    delay: int
    disposal: int


class Raster(NamedTuple):
    """The compressed indices of one frame: the code size and the blocks after it."""

    code: bytes
    interlaced: bool


class Gif(NamedTuple):
    """The size in pixels of a canvas that holds all frames, how often they play (0: for ever), and the frames."""

    size: tuple[int, int]
    plays: int
    frames: Sequence[tuple[Frame, Raster]]

    @property
    def is_opaque(self) -> bool:
        """Tell whether no part of the canvas is ever clear."""
        first, _ = self.frames[0]
        return (
            first.box == (0, 0, *self.size)
            and first.transparent is None
            and first.disposal != RESTORE
            and all(frame.disposal != CLEAR for frame, _ in self.frames)
        )


def parse(data: bytes, most_frames: int = sys.maxsize) -> Gif:
    """Return the blocks of a GIF up to its trailer, or to the first frame past ``most_frames``. Raises Corrupt."""
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


def _colours(data: bytes, at: int, flags: int) -> tuple[bytes | None, int]:
    """Return the colour table that ``flags`` announce at ``at``, and where it ends."""
    if not flags & 0x80:
        return None, at
    end = at + (6 << (flags & 7))
    return data[at:end], end


class _Reader:
    """An offset in a file, and how many blocks may still be passed."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self._left = _BLOCK_LIMIT

    def find_block(self) -> int | None:
        """Go to the next extension or image, past stray bytes. Return its kind, or None at the end."""
        data = self.data
        if self.at >= len(data):
            return None
        kind = data[self.at]
        if kind in (EXTENSION, IMAGE, TRAILER):
            return None if kind == TRAILER else kind
        for found in _PLAUSIBLE.finditer(data, self.at + 1):
            self._pass(1)
            self.at = found.start()
            if data[self.at] == EXTENSION or self._is_image():
                return data[self.at]
        return None

    def skip_blocks(self, at: int) -> int | None:
        """Go to the end of the sub-blocks that begin at ``at``; return the last one's offset if the file ends first."""
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
        """Tell whether what looks like an image lies on the canvas and has a valid code size."""
        data = self.data
        canvas = struct.unpack_from("<HH", data, 6)
        left, top, width, height, flags = struct.unpack_from("<HHHHB", data, self.at + 1)
        _, start = _colours(data, self.at + _DESCRIPTOR_SIZE, flags)
        is_on_canvas = 0 < width <= canvas[0] - left and 0 < height <= canvas[1] - top
        return is_on_canvas and start < len(data) and data[start] in _CODE_SIZES


def _blocks(reader: _Reader, shared: bytes, most_frames: int) -> tuple[int, list[tuple[Frame, Raster]]]:
    """Return how often the animation plays, and its frames; the last one may not be whole."""
    data, plays = reader.data, 1
    frames: list[tuple[Frame, Raster]] = []
    disposal, delay, transparent = _NO_CONTROL
    while len(frames) <= most_frames and (kind := reader.find_block()):
        at = reader.at
        if kind == EXTENSION:
            label, block = data[at + 1 : at + 2], at + 2
            if reader.skip_blocks(block) is not None:
                break
            if label[0] == GRAPHIC_CONTROL and data[block] >= _CONTROL_SIZE:
                disposal, delay, transparent = _control(data, block)
            elif label[0] == APPLICATION and data[block : block + len(_LOOPING[0])].lower() in _LOOPING:
                plays = _plays(data, block + len(_LOOPING[0]), plays)
            continue
        if at + _DESCRIPTOR_SIZE >= len(data):
            break
        left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
        palette, start = _colours(data, at + _DESCRIPTOR_SIZE, flags)
        last = reader.skip_blocks(start + 1)
        code = data[start : reader.at]
        if last is not None:  # keep what there is of the last sub-block
            rest = data[last + 1 : last + 256]
            code = data[start:last] + bytes([len(rest)]) + rest + b"\0"
        if width and height:
            box = (left, top, left + width, top + height)
            raster = Raster(code, bool(flags & 0x40))
            frames.append((Frame(box, palette or shared, transparent, delay, disposal), raster))
        disposal, delay, transparent = _NO_CONTROL
    return plays, frames


def _plays(data: bytes, at: int, otherwise: int) -> int:
    """Return how often the animation plays by the sub-blocks at ``at``, or ``otherwise`` where they do not say."""
    while length := data[at]:
        if length >= _LOOP_SIZE and data[at + 1] & 7 == 1:
            (repeats,) = struct.unpack_from("<H", data, at + 2)
            return repeats and repeats + 1
        at += 1 + length
    return otherwise


def _control(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Return disposal, delay and transparent index of the graphic control block at ``at``."""
    _, flags, delay, transparent = struct.unpack_from("<BBHB", data, at)
    return _DISPOSALS[flags >> 2 & 7], delay, transparent if flags & 1 else None
