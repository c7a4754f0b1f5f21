"""Make an original of an upload, step by step: decoded in full, turned upright, and nothing kept but its pixels."""

from collections.abc import Callable, Mapping, Sequence

from constellation.imaging.inspect.outline import Outline, outline
from constellation.imaging.inspect.sniff import GIF, JPEG, PNG, WEBP
from constellation.imaging.reductions import NONE, Reductions, divisors
from constellation.imaging.steps.cleaning import Cleaning
from constellation.imaging.steps.convert_cmyk import convert_cmyk
from constellation.imaging.steps.make_placeholder import make_placeholder
from constellation.imaging.steps.make_reductions import make_reductions
from constellation.imaging.steps.read_jpeg import read_jpeg
from constellation.imaging.steps.read_png import read_png
from constellation.imaging.steps.read_webp import read_webp
from constellation.imaging.steps.reduce_jpeg import reduce_jpeg
from constellation.imaging.steps.rewrite_gif import rewrite_gif
from constellation.imaging.steps.rewrite_webp import rewrite_webp
from constellation.imaging.steps.turn_upright import turn_upright
from constellation.imaging.steps.write_original import write_original

Steps = Sequence[Callable[[Cleaning], None]]

STEPS: Mapping[str, Steps] = {
    JPEG: (read_jpeg, convert_cmyk, turn_upright, write_original, reduce_jpeg, make_placeholder),
    PNG: (read_png, turn_upright, write_original, make_reductions, make_placeholder),
    WEBP: (read_webp, turn_upright, write_original, make_reductions, make_placeholder),
    GIF: (rewrite_gif,),
}
ANIMATION_STEPS: Mapping[str, Steps] = {WEBP: (rewrite_webp,), GIF: (rewrite_gif,)}


REDUCING_STEPS: Mapping[str, Steps] = {
    JPEG: (reduce_jpeg,),
    PNG: (read_png, make_reductions),
    WEBP: (read_webp, make_reductions),
}


def cleaned(data: bytes, shape: Outline, media_type: str, *, reduces: bool) -> Cleaning:
    """Return the original: pixels, colour profile and animation, nothing else. Raises whatever Pillow raises.

    ``reduces``: its reductions are made with it.
    """
    cleaning = Cleaning(data, shape, media_type, reduces=reduces)
    for step in (ANIMATION_STEPS if shape.frames > 1 else STEPS)[media_type]:
        step(cleaning)
    return cleaning


def reduced(original: bytes, media_type: str) -> Reductions:
    """Return the reductions of an original that is stored already. Raises whatever Pillow raises."""
    shape = outline(original, media_type)
    if not divisors(media_type, shape.width, shape.height, shape.frames):
        return NONE
    cleaning = Cleaning(original, shape, media_type, reduces=True)
    cleaning.output, cleaning.size = original, (shape.width, shape.height)
    for step in REDUCING_STEPS[media_type]:
        step(cleaning)
    return cleaning.reductions
