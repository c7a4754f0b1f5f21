"""Make the placeholder of a picture of one frame that was uploaded."""

from constellation.imaging.placeholder import placeholder
from constellation.imaging.steps.cleaning import Cleaning


def make_placeholder(cleaning: Cleaning) -> None:
    """Make a placeholder of the upright picture, with the transparent colour that a PNG is written with."""
    image = cleaning.image
    clear = cleaning.options.get("transparency")
    image.info = {} if clear is None else {"transparency": clear}
    cleaning.placeholder = placeholder(image, cleaning.profile)
    image.info = {}
