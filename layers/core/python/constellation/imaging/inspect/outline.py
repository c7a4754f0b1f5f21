"""Read what a file says of itself, without decoding a pixel: so a bomb is refused before it is opened."""

import struct
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from constellation.imaging.inspect.sniff import GIF, JPEG, PNG, Corrupt

if TYPE_CHECKING:
    from constellation.imaging.inspect.gif_blocks import Gif


class Outline(NamedTuple):
    """Width and height in pixels, each frame's time in milliseconds, and how often it plays (0: for ever).

    ``lossless`` tells a WebP that is made of lossless frames only.
    """

    width: int
    height: int
    durations: Sequence[int] = (0,)
    plays: int = 1
    lossless: bool = False

    @property
    def frames(self) -> int:
        """Return the number of frames; 1 for a still picture."""
        return len(self.durations)


def outline(data: bytes, media_type: str, most_frames: int = sys.maxsize) -> Outline:
    """Return the outline of a file of one of the accepted types. Raises Corrupt.

    Nothing is read after the first frame past ``most_frames``: the outline then has one frame more than that. An
    animated PNG counts as its first picture.
    """
    # A cold start pays for the parser of one type alone.
    try:
        if media_type == JPEG:
            from constellation.imaging.inspect import jpeg_segments

            return Outline(*jpeg_segments.size(data))
        if media_type == PNG:
            from constellation.imaging.inspect import png_chunks

            return Outline(*png_chunks.size(data))
        if media_type == GIF:
            from constellation.imaging.inspect import gif_blocks

            return gif_outline(gif_blocks.parse(data, most_frames))
        from constellation.imaging.inspect import webp_chunks

        parsed = webp_chunks.parse(data, most_frames)
        return Outline(*parsed.size, parsed.durations or (0,), parsed.plays, parsed.is_lossless)
    except (struct.error, IndexError) as fault:
        raise Corrupt(media_type) from fault


def gif_outline(parsed: "Gif") -> Outline:
    """Return the outline of a GIF that was read."""
    return Outline(*parsed.size, [frame.delay * 10 for frame, _ in parsed.frames], parsed.plays)
