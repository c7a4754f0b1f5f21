"""Colour profiles and modes: what a picture's numbers mean, and how they become plain RGB."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import io

from PIL import Image

from constellation.imaging.steps import profile

_PROFILE_LIMIT = 1_000_000
_SPACES = {b"RGB ": ("RGB", "RGBA", "P"), b"GRAY": ("1", "L", "LA", "I;16"), b"CMYK": ("CMYK",)}
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")


def profile_of(image: Image.Image) -> bytes | None:
    """The embedded ICC profile, cleaned, if it is a sound one for this picture (ICC.1, 7.2); None otherwise.

    A profile of more than 1 MB, or with a header that contradicts its length or the picture, is none.
    """
    found: bytes | None = image.info.get("icc_profile")
    if not found or not 132 <= len(found) <= _PROFILE_LIMIT:
        return None
    declared = int.from_bytes(found[:4], "big")
    is_sound = declared == len(found) and found[36:40] == b"acsp" and found[12:16] in _CLASSES
    if not is_sound or image.mode not in _SPACES.get(found[16:20], ()):
        return None
    try:
        clean = profile.cleaned(found)
    except profile.Unsound:
        return None
    return clean if len(clean) <= _PROFILE_LIMIT else None


def is_grey(found: bytes | None) -> bool:
    """Whether a profile describes grey values: such a one does not fit a picture in colours."""
    return found is not None and found[16:20] == b"GRAY"


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
