"""Choose the exact size of a rendition."""

from constellation.common.errors import Invalid, Violation
from constellation.imaging.formats import ANIMATED, LONGEST_SIDE
from constellation.imaging.options import Options, output_size, shown_size
from constellation.imaging.steps.rendering import Rendering, Size

MOST_PIXELS = 100_000_000
"""The most pixels of all frames of an animation that is laid on a canvas: as many as an upload may have."""


def choose_size(rendering: Rendering) -> None:
    """Set the sizes that the options ask for. Raises Invalid where the format cannot be that large."""
    width, height = rendering.outline.width, rendering.outline.height
    options = rendering.options
    rendering.full = _full(rendering)
    rendering.size = chosen_size(width, height, rendering.outline.frames, options, rendering.extension)
    shown = shown_size(width, height, options)
    rendering.target = (shown[1], shown[0]) if options.swaps_sides else shown


def _full(rendering: Rendering) -> tuple[float, float]:
    """Return the size of the whole picture in pixels of the file.

    Averages of squares of pixels reach beyond a picture that is no multiple of them; otherwise the file is the whole.
    """
    width, height = rendering.outline.width, rendering.outline.height
    if rendering.reduced is None or rendering.reduced.top is not None or rendering.image is None:
        return width, height
    file, divisor = rendering.image, rendering.reduced.divisor
    return min(file.width, width / divisor), min(file.height, height / divisor)


def chosen_size(width: int, height: int, frames: int, options: Options, extension: str) -> Size:
    """Return the size of the rendition of a picture with these sides and frames.

    Raises Invalid where the format cannot be that large, and for a canvas that is too large for so many frames.
    """
    size = output_size(width, height, options)
    limit = LONGEST_SIDE.get(extension)
    if limit and max(size) > limit:
        message = f"A {extension} picture is at most {limit} pixels wide and high."
        raise Invalid(Violation("w", message))
    if options.fit == "pad" and extension in ANIMATED and frames > 1 and frames * size[0] * size[1] > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise Invalid(Violation("fit", f"The {frames} frames of this animation have more than {most} megapixels."))
    return size
