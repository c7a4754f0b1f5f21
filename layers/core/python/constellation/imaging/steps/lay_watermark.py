"""Lay a watermark over the frames."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from functools import partial

from PIL import Image

from constellation.imaging.codecs.files import opened
from constellation.imaging.colour import in_srgb, plain, profile_of
from constellation.imaging.inspect.sniff import GIF, media_type
from constellation.imaging.steps.rendering import Rendering, Size
from constellation.imaging.watermark import Watermark, corner_in, size_in


def lay_watermark(rendering: Rendering) -> None:
    """Lay the watermark over each frame, if there is one. The result is in sRGB, as the watermark is."""
    if rendering.watermark is None:
        return
    layer, corner = _layer(rendering.watermark, rendering.size)
    rendering.frames = map(partial(_laid, profile=rendering.profile, layer=layer, corner=corner), rendering.frames)
    rendering.profile = None


def _layer(watermark: Watermark, target: Size) -> tuple[Image.Image, Size]:
    """Return the watermark as it lies over a result, and the place of its left upper corner there.

    Colours are weighed by their opacity when they are scaled, so that what is transparent leaves no fringe.
    """
    kind = media_type(watermark.data)
    picture = _moving(watermark.data) if kind == GIF else _still(watermark.data, kind)
    size = size_in(target, watermark.size or picture.size, watermark.scale)
    scaled = picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert("RGBA")
    if watermark.opacity < 1:
        scaled.putalpha(scaled.getchannel("A").point([round(alpha * watermark.opacity) for alpha in range(256)]))
    left, top = corner_in(target, size, watermark.position, watermark.margin)
    inside = scaled.crop((max(0, -left), max(0, -top), min(size[0], target[0] - left), min(size[1], target[1] - top)))
    return inside, (max(0, left), max(0, top))


def _moving(data: bytes) -> Image.Image:
    """Return the first picture of a GIF."""
    from constellation.imaging.codecs import gif  # only a GIF pays for it
    from constellation.imaging.inspect import gif_blocks

    return next(gif.composed(gif_blocks.parse(data))).convert("RGBA")


def _still(data: bytes, kind: str) -> Image.Image:
    image = opened(data, kind)
    image.load()
    return in_srgb(plain(image), profile_of(image)).convert("RGBA")


def _laid(image: Image.Image, *, profile: bytes | None, layer: Image.Image, corner: Size) -> Image.Image:
    is_opaque = image.mode not in ("LA", "RGBA")
    colours = image.convert("RGB") if image.mode == "YCbCr" else image
    picture = in_srgb(colours, profile).convert("RGBA")
    if layer.width and layer.height:
        picture.alpha_composite(layer, corner)
    return picture.convert("RGB") if is_opaque else picture
