"""Rewrite an animated WebP that was uploaded."""

from collections.abc import Iterator

from PIL.Image import Image

from constellation.imaging.codecs import webp
from constellation.imaging.codecs.files import frames
from constellation.imaging.colour import profile_of
from constellation.imaging.inspect.orientation import orientation, swaps_sides
from constellation.imaging.placeholder import placeholder
from constellation.imaging.steps.cleaning import Cleaning
from constellation.imaging.steps.turn_upright import upright


def rewrite_webp(cleaning: Cleaning) -> None:
    """Decode each frame in full, turn it upright and write it, before the next one is read."""
    image = webp.opened_anew(cleaning.data)
    turn = orientation(image.info.get("exif"))
    outline = cleaning.outline
    sides = outline.width, outline.height
    cleaning.size = (sides[1], sides[0]) if swaps_sides(turn) else sides
    profile = profile_of(image)

    def turned() -> Iterator[Image]:
        for number, frame in enumerate(frames(image, outline.frames)):
            shown = upright(frame, turn)
            if number == 0:
                cleaning.placeholder = placeholder(shown, profile)
            yield shown

    options = webp.original_options(is_lossless=outline.lossless) | {"method": 0}
    cleaning.output = webp.animated(turned(), outline.durations, outline.plays, profile, **options)
