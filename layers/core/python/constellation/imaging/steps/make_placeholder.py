"""Make the placeholder of a picture of one frame that was uploaded."""

from constellation.imaging.placeholder import placeholder
from constellation.imaging.steps.cleaning import Cleaning
from constellation.imaging.steps.make_reductions import shown_with


def make_placeholder(cleaning: Cleaning) -> None:
    """Make a placeholder of the upright picture, or sooner of its smallest reduction."""
    shown = shown_with(cleaning.image, cleaning.options.get("transparency"))
    cleaning.placeholder = placeholder(shown, cleaning.profile)
