"""Take the colours out of a picture."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from functools import partial

from PIL.Image import Image

from constellation.imaging.colour import in_srgb
from constellation.imaging.steps.rendering import Rendering


def take_colours(rendering: Rendering) -> None:
    """Make each frame grey by its luma (ITU-R BT.601) in sRGB: a colour profile is applied first."""
    if rendering.options.grey:
        rendering.frames = map(partial(_grey, profile=rendering.profile), rendering.frames)
        rendering.profile = None


def _grey(image: Image, profile: bytes | None) -> Image:
    if profile is not None:
        image = in_srgb(image.convert("RGB") if image.mode == "YCbCr" else image, profile)
    if image.mode == "YCbCr":
        return image.getchannel("Y")
    return image.convert("LA" if image.mode in ("LA", "RGBA") else "L")
