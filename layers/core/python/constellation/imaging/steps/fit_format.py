"""Fit the frames to the format of the rendition."""

from functools import partial

from PIL.Image import Image

from constellation.imaging.colour import in_srgb, on_white
from constellation.imaging.formats import LOSSY
from constellation.imaging.inspect.profile import is_grey, is_linear
from constellation.imaging.steps.rendering import Rendering


def fit_format(rendering: Rendering) -> None:
    """Bring the frames into modes that the format has, and keep the colour profile only if it still describes them.

    Transparency becomes white in jpg. A GIF cannot hold a profile, so it is applied.
    """
    if rendering.extension != "jpg":
        rendering.frames = map(_without_planes, rendering.frames)
    if rendering.extension == "gif":
        rendering.frames = map(partial(in_srgb, profile=rendering.profile), rendering.frames)
        rendering.profile = None
    elif not rendering.is_animated:
        _fit_still(rendering)


def _without_planes(image: Image) -> Image:
    return image.convert("RGB") if image.mode == "YCbCr" else image


def _fit_still(rendering: Rendering) -> None:
    image, profile, extension = next(rendering.frames), rendering.profile, rendering.extension
    loses_grey = extension == "webp" or (image.mode == "LA" and extension != "png")
    is_rounded = extension in LOSSY and image.mode in ("RGB", "RGBA") and is_linear(profile)
    if is_rounded or (is_grey(profile) and loses_grey):
        image, rendering.profile = in_srgb(image, profile), None
    if rendering.options.bitonal and extension == "png":
        image = image.convert("1")
    if extension == "jpg" and image.mode in ("LA", "RGBA"):
        image = on_white(image.convert("RGBA"))
    rendering.frames = iter((image,))
