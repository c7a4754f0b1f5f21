"""Colour profiles and modes: what a picture's numbers mean, and how they become plain RGB."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import io
from collections.abc import Iterable

from PIL import Image

from constellation.imaging.inspect import icc as profile

HEADER = 128
"""Bytes of a profile before its table of tags."""

_PROFILE_LIMIT = 1_000_000
_EVEN_TO_THE_EYE = 1.4
"""The exponent from which on equal steps look nearly equal."""

_SPACES = {b"RGB ": ("RGB", "RGBA", "P"), b"GRAY": ("1", "L", "LA", "I;16"), b"CMYK": ("CMYK",)}
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")


def profile_of(image: Image.Image) -> bytes | None:
    """The profile that is embedded in a picture as it was opened, if it is a sound one for it."""
    found: bytes | None = image.info.get("icc_profile")
    return found and sound(found, image.mode)


def first_sound(candidates: Iterable[bytes], mode: str) -> bytes | None:
    """The first of several guesses that is a sound profile for a picture of this mode."""
    return next((profile for found in candidates if (profile := sound(found, mode))), None)


def declared_size(found: bytes) -> int:
    """How many bytes a profile says to have; 0 for so few or many that it is none."""
    declared = int.from_bytes(found[:4], "big")
    return declared if HEADER < declared <= _PROFILE_LIMIT else 0


def sound(found: bytes, mode: str) -> bytes | None:
    """The ICC profile, cleaned, if it is a sound one for a picture of this mode (ICC.1, 7.2); None otherwise.

    It may be longer or shorter than it says, as colour engines take it, if what defines colours is there. One that
    says to be of more than 1 MB, or with a header that contradicts the picture, is none.
    """
    found = found[: declared_size(found)]
    is_profile = found[36:40] == b"acsp" and found[12:16] in _CLASSES
    if not is_profile or mode not in _SPACES.get(found[16:20], ()):
        return None
    try:
        clean = profile.cleaned(found)
    except profile.Unsound:
        return None
    return clean if len(clean) <= _PROFILE_LIMIT else None


def is_grey(found: bytes | None) -> bool:
    """Whether a profile describes grey values: such a one does not fit a picture in colours."""
    return found is not None and found[16:20] == b"GRAY"


def is_linear(found: bytes | None) -> bool:
    """Whether numbers are light rather than what the eye makes of it: to round them would show in what is dark."""
    exponent = found and profile.exponent(found)
    return bool(exponent) and exponent < _EVEN_TO_THE_EYE


def in_srgb(image: Image.Image, found: bytes | None) -> Image.Image:
    """The picture in sRGB, through its profile where it has one that the colour engine takes."""
    has_alpha = image.mode in ("LA", "RGBA")
    converted = None if found is None else _applied(image.convert(image.mode[:-1]) if has_alpha else image, found)
    if converted is None:
        return image if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if has_alpha else "RGB")
    if has_alpha:
        converted.putalpha(image.getchannel("A"))
    return converted


def _applied(image: Image.Image, found: bytes) -> Image.Image | None:
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(found))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        return ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled: ``L``, ``LA``, ``RGB``, ``RGBA``; ``CMYK``, ``YCbCr`` as they came."""
    if image.mode == "I;16":
        image = _in_eight_bits(image)
    if image.has_transparency_data and image.mode not in ("LA", "RGBA"):
        return image.convert("LA" if image.mode in ("1", "L") else "RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey as ``L``: Pillow's own conversion clips instead of scaling."""
    grey = image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    clear = image.info.get("transparency")
    grey.info = {} if clear is None else {"transparency": round(clear / 257)}
    return grey
