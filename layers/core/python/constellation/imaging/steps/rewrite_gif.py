"""Rewrite a GIF that was uploaded."""

from collections.abc import Iterator

from PIL.Image import Image

from constellation.imaging.codecs import gif
from constellation.imaging.inspect import gif_blocks
from constellation.imaging.inspect.sniff import Corrupt
from constellation.imaging.placeholder import placeholder
from constellation.imaging.steps.cleaning import Cleaning


def rewrite_gif(cleaning: Cleaning) -> None:
    """Write each frame with its own indices, palette, box, delay and disposal; only the blocks are new.

    A last frame that is not whole is left out, unless it is the only one.
    """
    parsed = gif_blocks.parse(cleaning.data)
    cleaning.size, cleaning.frames = parsed.size, 0

    def redrawn() -> Iterator[tuple[gif_blocks.Frame, Image]]:
        for frame, raster in parsed.frames:
            try:
                drawn = gif.indices(frame, raster)
            except Corrupt:
                if cleaning.frames and cleaning.frames == len(parsed.frames) - 1:
                    return
                raise
            if not cleaning.frames:
                canvas = gif.empty(parsed)
                gif.paint(canvas, frame, drawn)
                cleaning.placeholder = placeholder(canvas, None)
            cleaning.frames += 1
            yield frame, drawn

    cleaning.output = gif.write(parsed.size, parsed.plays, redrawn())
