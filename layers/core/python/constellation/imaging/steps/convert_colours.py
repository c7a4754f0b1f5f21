"""Convert the frames to colours that can be scaled."""

from functools import partial

from constellation.imaging.colour import in_srgb, plain
from constellation.imaging.steps.rendering import Rendering


def convert_colours(rendering: Rendering) -> None:
    """Bring the frames into a mode that can be scaled; CMYK, which most formats lack, becomes sRGB."""
    if rendering.image and rendering.image.mode == "CMYK":
        rendering.frames = map(partial(in_srgb, profile=rendering.profile), rendering.frames)
        rendering.profile = None
    else:
        rendering.frames = map(plain, rendering.frames)
