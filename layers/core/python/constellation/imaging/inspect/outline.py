"""What a file says of itself, read without decoding a pixel: so that a bomb is refused before it is opened."""

import struct
import sys
from collections.abc import Sequence
from typing import NamedTuple

from constellation.imaging.inspect import jpeg_segments as jpeg
from constellation.imaging.inspect import png_chunks as png
from constellation.imaging.inspect import webp_chunks as webp
from constellation.imaging.inspect.faults import Corrupt
from constellation.imaging.inspect.sniff import GIF, JPEG, WEBP


class Outline(NamedTuple):
    """Width and height in pixels, each frame's time in milliseconds, how often it plays (0: for ever).

    ``lossless`` tells a WebP made of lossless frames only.
    """

    width: int
    height: int
    durations: Sequence[int] = (0,)
    plays: int = 1
    lossless: bool = False

    @property
    def frames(self) -> int:
        """The number of frames; 1 for a still picture."""
        return len(self.durations)


def outline(data: bytes, media_type: str, most_frames: int = sys.maxsize) -> Outline:
    """The outline of a file of one of the accepted types. Raises Corrupt.

    Nothing is read behind the first frame past ``most_frames``: the outline then has one frame more than that. An
    animated PNG counts as its first picture.
    """
    try:
        if media_type == GIF:
            return _gif(data, most_frames)
        if media_type == WEBP:
            parsed = webp.parse(data, most_frames)
            return Outline(*parsed.size, parsed.durations or (0,), parsed.plays, parsed.is_lossless)
        return Outline(*(jpeg.size(data) if media_type == JPEG else png.size(data)))
    except (struct.error, IndexError) as fault:
        raise Corrupt(media_type) from fault


def _gif(data: bytes, most_frames: int) -> Outline:
    from constellation.imaging.inspect import gif_blocks as gif  # only a GIF pays for it

    parsed = gif.parse(data, most_frames)
    return Outline(*parsed.size, [frame.delay * 10 for frame, _ in parsed.frames], parsed.plays)
