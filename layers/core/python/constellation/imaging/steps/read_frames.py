"""Read the frames of an original."""

from itertools import islice

from constellation.imaging.codecs.files import frames
from constellation.imaging.steps.rendering import Rendering


def read_frames(rendering: Rendering) -> None:
    """Have the frames decoded in full, each when it is needed; note the palettes that they keep.

    A region is one of the first frame alone.
    """
    if rendering.options.region:
        rendering.outline = rendering.outline._replace(durations=(0,), plays=1)
    count = rendering.outline.frames
    rendering.palettes = [None] * count
    if rendering.image:
        rendering.frames = frames(rendering.image, count)
    elif rendering.gif:
        from constellation.imaging.codecs import gif  # only a GIF pays for it

        rendering.frames = islice(gif.composed(rendering.gif), count)
        if rendering.target == rendering.gif.size and rendering.keeps_colours:
            rendering.palettes = [frame.palette for frame, _ in rendering.gif.frames[:count]]
