"""Make an original of an upload, step by step: decoded in full, turned upright, written again from bare pixels."""

from collections.abc import Callable, Mapping, Sequence

from constellation.imaging.inspect.outline import Outline
from constellation.imaging.inspect.sniff import GIF, JPEG, PNG, WEBP
from constellation.imaging.steps.cleaning import Cleaning
from constellation.imaging.steps.convert_cmyk import convert_cmyk
from constellation.imaging.steps.make_placeholder import make_placeholder
from constellation.imaging.steps.make_reductions import make_reductions
from constellation.imaging.steps.read_jpeg import read_jpeg
from constellation.imaging.steps.read_png import read_png
from constellation.imaging.steps.read_webp import read_webp
from constellation.imaging.steps.rewrite_gif import rewrite_gif
from constellation.imaging.steps.rewrite_webp import rewrite_webp
from constellation.imaging.steps.turn_upright import turn_upright
from constellation.imaging.steps.write_original import write_original

Steps = Sequence[Callable[[Cleaning], None]]

STEPS: Mapping[str, Steps] = {
    JPEG: (read_jpeg, convert_cmyk, turn_upright, make_placeholder, make_reductions, write_original),
    PNG: (read_png, turn_upright, make_placeholder, make_reductions, write_original),
    WEBP: (read_webp, turn_upright, make_placeholder, make_reductions, write_original),
    GIF: (rewrite_gif,),
}
ANIMATION_STEPS: Mapping[str, Steps] = {WEBP: (rewrite_webp,), GIF: (rewrite_gif,)}


def cleaned(data: bytes, outline: Outline, media_type: str, *, reduces: bool) -> Cleaning:
    """Return the original: pixels, colour profile and animation, nothing else. Raises whatever Pillow raises.

    ``reduces``: its reductions are made with it.
    """
    cleaning = Cleaning(data, outline, media_type, reduces=reduces)
    for step in (ANIMATION_STEPS if outline.frames > 1 else STEPS)[media_type]:
        step(cleaning)
    return cleaning
