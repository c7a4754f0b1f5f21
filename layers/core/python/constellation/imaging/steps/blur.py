"""Blur a picture."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from PIL import Image

from constellation.imaging.steps.rendering import Rendering

_PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


def blur(rendering: Rendering) -> None:
    """Blur each frame with a Gaussian."""
    sigma = rendering.options.blur
    if sigma:
        rendering.frames = (_blurred(frame, sigma) for frame in rendering.frames)


def _blurred(image: Image.Image, sigma: int) -> Image.Image:
    """Return the picture, blurred; colours count by how opaque they are, or those of clear pixels would show."""
    from PIL import ImageFilter  # few links ask for it

    gaussian = ImageFilter.GaussianBlur(sigma)
    if image.mode == "YCbCr":
        return Image.merge("YCbCr", [plane.filter(gaussian) for plane in image.split()])
    premultiplied = _PREMULTIPLIED.get(image.mode)
    if premultiplied is None:
        return image.filter(gaussian)
    return image.convert(premultiplied).filter(gaussian).convert(image.mode)
