"""Choose the exact size of a rendition."""

from constellation.common.errors import Invalid, Violation
from constellation.imaging.formats import LONGEST_SIDE
from constellation.imaging.options import output_size
from constellation.imaging.steps.rendering import Rendering


def choose_size(rendering: Rendering) -> None:
    """Set the size that the options ask for. Raises Invalid where the format cannot be that large."""
    size = rendering.outline.width, rendering.outline.height
    rendering.full = size
    rendering.target = output_size(*size, rendering.options)
    limit = LONGEST_SIDE.get(rendering.extension)
    if limit and max(rendering.target) > limit:
        message = f"A {rendering.extension} picture is at most {limit} pixels wide and high."
        raise Invalid(Violation("w", message))
