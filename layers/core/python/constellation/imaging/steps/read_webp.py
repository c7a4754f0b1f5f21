"""Read a WebP of one frame that was uploaded."""

from constellation.imaging.codecs import webp
from constellation.imaging.colour import profile_of
from constellation.imaging.inspect import webp_chunks
from constellation.imaging.inspect.orientation import UPRIGHT, orientation
from constellation.imaging.steps.cleaning import Cleaning


def read_webp(cleaning: Cleaning) -> None:
    """Decode a WebP in full; keep the packed pixels of a lossless one where they hold nothing else."""
    image = webp.opened_anew(cleaning.data)
    cleaning.profile = profile_of(image)
    cleaning.orientation = orientation(image.info.get("exif"))
    cleaning.options = {"exact": True, **webp.original_options(is_lossless=cleaning.outline.lossless)}
    mode = image.mode
    del image  # each decoder that is open takes eight bytes a pixel
    if cleaning.outline.lossless and cleaning.orientation == UPRIGHT and _keeps(cleaning, mode):
        return
    image = webp.opened_anew(cleaning.data)
    image.load()
    cleaning.image = image


def _keeps(cleaning: Cleaning, mode: str) -> bool:
    """Decode a lossless picture and keep how it is packed; tell whether that holds nothing that does not show.

    A picture that says to be opaque may have transparent pixels, which viewers show or do not show.
    """
    packed = webp_chunks.parse(cleaning.data).packed
    if packed is None or not webp.is_exact(packed):
        return False
    image = webp.with_all_channels(packed)
    has_alpha = image.mode == "RGBA"
    if has_alpha and mode != "RGBA":
        return False
    cleaning.image = image
    cleaning.kept = webp_chunks.lossless(packed, cleaning.profile, has_alpha=has_alpha)
    return True
