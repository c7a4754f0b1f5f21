"""Scale pictures to an exact size: the whole picture, or its centre."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from functools import partial

from PIL import Image

from constellation.imaging.steps.rendering import Rendering, Size

Region = tuple[float, float, float, float]

_GAP = 1.2
"""How much larger than its target a picture is after pixels were averaged: with less, detail is lost."""

_HALVES_COLOUR = ("jpg", "webp", "avif")
"""The formats that have colour at half the resolution."""

_LANCZOS, _BICUBIC = Image.Resampling.LANCZOS, Image.Resampling.BICUBIC


def scale(rendering: Rendering) -> None:
    """Scale each frame, or the centre of it, to the target."""
    box = _region(rendering.full, rendering.target, crop=rendering.options.fit == "cover")
    scaled = partial(_scaled, target=rendering.target, box=box, extension=rendering.extension)
    rendering.frames = map(scaled, rendering.frames)


def _region(full: tuple[float, float], target: Size, *, crop: bool) -> Region:
    """Return the part of a picture of size ``full`` that becomes ``target``: all, or its centre in that shape."""
    if not crop:
        return 0, 0, *full
    scale = max(target[0] / full[0], target[1] / full[1])
    width, height = min(target[0] / scale, full[0]), min(target[1] / scale, full[1])
    left, top = (full[0] - width) / 2, (full[1] - height) / 2
    return left, top, left + width, top + height


def _scaled(image: Image.Image, *, target: Size, box: Region, extension: str) -> Image.Image:
    if image.size == target and box == (0, 0, *target):
        return image
    if image.mode == "YCbCr":
        return _by_planes(image, target, box, extension)
    return image.resize(target, _LANCZOS, box=box, reducing_gap=_GAP)


def _by_planes(image: Image.Image, target: Size, box: Region, extension: str) -> Image.Image:
    """Scale brightness and colour apart: the eye, and so most formats, has colour at half the resolution at most."""
    brightness, *colours = image.split()
    if extension in _HALVES_COLOUR and min(target) > 1:
        colours = [_at_half(plane, target, box) for plane in colours]
    else:
        colours = [_colour(plane, target, box) for plane in colours]
    filter_ = _BICUBIC if extension == "jpg" else _LANCZOS
    return Image.merge("YCbCr", [brightness.resize(target, filter_, box), *colours])


def _at_half(plane: Image.Image, target: Size, box: Region) -> Image.Image:
    """Return a plane whose pixels come two by two; an odd row or column at the end repeats the one before it."""
    half = target[0] // 2, target[1] // 2
    even = half[0] * 2, half[1] * 2
    left, top, right, bottom = box
    covered = left, top, left + (right - left) * even[0] / target[0], top + (bottom - top) * even[1] / target[1]
    doubled = _colour(plane, half, covered).resize(even, Image.Resampling.NEAREST)
    if even == target:
        return doubled
    whole = Image.new(plane.mode, target)
    for x in (target[0] - even[0], 0):
        for y in (target[1] - even[1], 0):
            whole.paste(doubled, (x, y))
    return whole


def _colour(plane: Image.Image, target: Size, box: Region) -> Image.Image:
    return plane.resize(target, Image.Resampling.HAMMING, box, reducing_gap=1.0)
