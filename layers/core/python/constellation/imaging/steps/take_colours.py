"""Take the colours out of a picture, or all but black and white."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from functools import partial

from PIL.Image import Image

from constellation.imaging.colour import in_srgb, on_white
from constellation.imaging.steps.rendering import Rendering

_BLACK_OR_WHITE = [0] * 128 + [255] * 128


def take_colours(rendering: Rendering) -> None:
    """Make each frame grey by its luma (ITU-R BT.601) in sRGB: a colour profile is applied first.

    Where a bitonal picture is asked for, each pixel becomes white from the middle of the scale on, else black; what is
    transparent lies on white. No pattern stands for grey: it would differ from tile to tile.
    """
    if rendering.options.grey:
        rendering.frames = map(partial(_grey, profile=rendering.profile), rendering.frames)
        rendering.profile = None
    if rendering.options.bitonal:
        rendering.frames = map(_bitonal, rendering.frames)


def _grey(image: Image, profile: bytes | None) -> Image:
    if profile is not None:
        image = in_srgb(image.convert("RGB") if image.mode == "YCbCr" else image, profile)
    if image.mode == "YCbCr":
        return image.getchannel("Y")
    return image.convert("LA" if image.mode in ("LA", "RGBA") else "L")


def _bitonal(image: Image) -> Image:
    grey = on_white(image.convert("RGBA")).convert("L") if image.mode == "LA" else image
    return grey.point(_BLACK_OR_WHITE)
