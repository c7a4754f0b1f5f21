"""Lay a picture on a canvas, and on a background."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from PIL import Image

from constellation.imaging.colour import in_srgb
from constellation.imaging.inspect.profile import is_grey
from constellation.imaging.options import OPAQUE, WHITE
from constellation.imaging.steps.rendering import Rendering, Size

Colour = tuple[int, int, int, int]

_CLEAR: Colour = (0, 0, 0, 0)
_OPAQUE = 255


def lay(rendering: Rendering) -> None:
    """Lay each frame in the middle of its canvas, an odd pixel to the right and below, and on its background.

    Colours of a background are in sRGB. So a picture with another profile is converted.
    """
    options, profile = rendering.options, rendering.profile
    if options.fit != "pad" and not options.background:
        return
    background = _colour(options.background, rendering.extension)
    applied = profile if options.background or is_grey(profile) else None
    if applied:
        rendering.profile = None
    rendering.frames = (_laid(frame, rendering.size, background, applied) for frame in rendering.frames)


def _colour(background: str, extension: str) -> Colour:
    if not background and extension != OPAQUE:
        return _CLEAR
    red, green, blue, *alpha = bytes.fromhex(background or WHITE)
    return red, green, blue, alpha[0] if alpha else _OPAQUE


def _laid(image: Image.Image, size: Size, background: Colour, profile: bytes | None) -> Image.Image:
    if profile:
        image = in_srgb(image.convert("RGB") if image.mode == "YCbCr" else image, profile)
    if image.size == size and image.mode not in ("LA", "RGBA"):
        return image
    place = (size[0] - image.width) // 2, (size[1] - image.height) // 2
    if background[3] == _OPAQUE:
        return _on_paper(image, size, background[:3], place)
    if background == _CLEAR:
        mode = "LA" if image.mode in ("L", "LA") else "RGBA"
        canvas = Image.new(mode, size)
        canvas.paste(image.convert(mode), place)
        return canvas
    canvas = Image.new("RGBA", size, background)
    canvas.alpha_composite(image.convert("RGBA"), place)
    return canvas


def _on_paper(image: Image.Image, size: Size, colour: tuple[int, int, int], place: tuple[int, int]) -> Image.Image:
    """Return a picture on opaque paper, in the picture's own mode if that has the colour."""
    mode = "RGB" if image.mode == "L" and len(set(colour)) > 1 else image.mode
    if mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        paper = Image.new("RGB", size, colour)
        paper.paste(image, place, image.getchannel("A"))
        return paper
    pixel = Image.new("RGB", (1, 1), colour).convert(mode).getpixel((0, 0))
    paper = Image.new(mode, size, pixel)
    paper.paste(image.convert(mode), place)
    return paper
