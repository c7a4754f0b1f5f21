"""Convert pictures to modes and colours that can be scaled and written."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import io

from PIL import Image

from constellation.imaging.inspect.profile import sound

_SCALED = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")

_FEW = 50_000
"""The most pixels that are converted one by one. For more, the colour engine first makes a table, in 10 to 30 ms."""


def profile_of(image: Image.Image) -> bytes | None:
    """Return the colour profile in a picture that was opened, if it is a sound one for its mode."""
    found: bytes | None = image.info.get("icc_profile")
    return found and sound(found, image.mode)


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB, converted from its profile where it has one that the colour engine takes."""
    has_alpha = image.mode in ("LA", "RGBA")
    converted = None if profile is None else _applied(image.convert(image.mode[:-1]) if has_alpha else image, profile)
    if converted is None:
        return image if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if has_alpha else "RGB")
    if has_alpha:
        converted.putalpha(image.getchannel("A"))
    return converted


def plain(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be scaled: one of ``_SCALED``, with transparency as an alpha channel."""
    if image.mode == "I;16":
        image = _in_eight_bits(image)
    if image.has_transparency_data and image.mode not in ("LA", "RGBA"):
        return image.convert("LA" if image.mode in ("1", "L") else "RGBA")
    if image.mode in _SCALED:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture in ``RGBA`` on white paper, in ``RGB``."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _applied(image: Image.Image, profile: bytes) -> Image.Image | None:
    from PIL import ImageCms  # the colour engine is large, and few pictures need it

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        flags = ImageCms.Flags.NOOPTIMIZE if image.width * image.height <= _FEW else ImageCms.Flags.NONE
        return ImageCms.profileToProfile(image, source, srgb, outputMode="RGB", flags=flags)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return 16-bit grey as ``L``: Pillow's own conversion clips instead of scaling."""
    grey = image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    clear = image.info.get("transparency")
    grey.info = {} if clear is None else {"transparency": round(clear / 257)}
    return grey
