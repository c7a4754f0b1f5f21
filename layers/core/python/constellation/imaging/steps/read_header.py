"""Read the header of an original."""

from constellation.imaging.codecs.files import opened
from constellation.imaging.colour import profile_of
from constellation.imaging.inspect.outline import Outline, gif_outline, outline
from constellation.imaging.inspect.sniff import GIF, WEBP, media_type
from constellation.imaging.steps.rendering import Rendering


def read_header(rendering: Rendering) -> None:
    """Open the picture, and note the original's outline and its colour profile. No pixel is decoded."""
    data = rendering.data
    kind = media_type(data)
    if kind == GIF:
        from constellation.imaging.inspect import gif_blocks  # only a GIF pays for it

        rendering.gif = gif_blocks.parse(data)
        rendering.outline = gif_outline(rendering.gif)
        return
    image = opened(data, kind)
    # An original is whole: where it has one frame for sure, its header says everything.
    if rendering.reduced:
        rendering.outline = Outline(rendering.reduced.width, rendering.reduced.height)
        rendering.corner = 0, rendering.reduced.top or 0
    else:
        rendering.outline = outline(data, kind) if kind == WEBP else Outline(*image.size)
    rendering.image = image
    rendering.profile = profile_of(image)
