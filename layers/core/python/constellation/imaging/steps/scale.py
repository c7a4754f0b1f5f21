"""Scale pictures to an exact size: the whole picture, a region, or the part of it around its focus."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from functools import partial
from itertools import chain
from math import ceil

from PIL import Image

from constellation.imaging.options import CENTRE
from constellation.imaging.steps.rendering import Rendering, Size

Region = tuple[float, float, float, float]
Fractions = tuple[float, float]

_GAP = 1.2
"""How much larger than its target a picture is after pixels were averaged: with less, detail is lost."""

_HALVES_COLOUR = ("jpg", "webp", "avif")
"""The formats that have colour at half the resolution."""

_SUPPORT = 3
"""How far the widest filter sees, in pixels of the target."""

_LANCZOS, _BICUBIC = Image.Resampling.LANCZOS, Image.Resampling.BICUBIC


def scale(rendering: Rendering) -> None:
    """Scale each frame, or the region or the part around the focus of it, to the target."""
    box = rendering.region or (0.0, 0.0, *rendering.full)
    if rendering.options.fit == "cover":
        box = _region(rendering)
    scaled = partial(_scaled, target=rendering.target, box=box, extension=rendering.extension)
    rendering.frames = map(scaled, rendering.frames)


def _region(rendering: Rendering) -> Region:
    """Return the part of a picture that becomes the target, with its middle as near to the focus as can be."""
    (full_width, full_height), target = rendering.full, rendering.target
    scale = max(target[0] / full_width, target[1] / full_height)
    width, height = min(target[0] / scale, full_width), min(target[1] / scale, full_height)
    x, y = _focus(rendering, (width / full_width, height / full_height))
    left = min(max(full_width * x - width / 2, 0), full_width - width)
    top = min(max(full_height * y - height / 2, 0), full_height - height)
    return left, top, left + width, top + height


def _focus(rendering: Rendering, window: Fractions) -> Fractions:
    """Return what a picture is cut around; of an animation, it is found in the first frame."""
    focus = rendering.options.focus or CENTRE
    if isinstance(focus, tuple):
        return focus[0] / 1000, focus[1] / 1000
    from constellation.imaging.focus import auto_focus  # few links ask for it

    first = next(rendering.frames)
    rendering.frames = chain((first,), rendering.frames)
    return auto_focus(first, window)


def _scaled(image: Image.Image, *, target: Size, box: Region, extension: str) -> Image.Image:
    if image.size == target and box == (0, 0, *target):
        return image
    if (box[2] - box[0], box[3] - box[1]) == target and all(side == int(side) for side in box):
        return image.crop((int(box[0]), int(box[1]), int(box[2]), int(box[3])))
    if image.mode == "YCbCr":
        filter_ = _BICUBIC if extension == "jpg" else _LANCZOS
        return by_planes(*_around(image, target, box), target, filter_, halves=extension in _HALVES_COLOUR)
    return image.resize(target, _LANCZOS, box=box, reducing_gap=_GAP)


def _around(image: Image.Image, target: Size, box: Region) -> tuple[Image.Image, Region]:
    """Return the part of a picture that the filters see, and the box in it: a tile can be a small part of it."""
    across, down = (_SUPPORT * (end - start) / side for start, end, side in zip(box, box[2:], target, strict=False))
    left, top = max(0, int(box[0] - across)), max(0, int(box[1] - down))
    right, bottom = min(image.width, ceil(box[2] + across)), min(image.height, ceil(box[3] + down))
    if (left, top, right, bottom) == (0, 0, *image.size):
        return image, box
    return image.crop((left, top, right, bottom)), (box[0] - left, box[1] - top, box[2] - left, box[3] - top)


def by_planes(
    image: Image.Image,
    box: Region,
    target: Size,
    filter_: Image.Resampling,
    *,
    halves: bool = True,
    gap: float | None = None,
) -> Image.Image:
    """Scale brightness, with a filter, and colour apart: the eye, and so most formats, has that at half the resolution.

    ``halves``: the format does. ``gap``: pixels are averaged first, as ``reducing_gap`` of Pillow says.
    """
    if image.mode != "YCbCr":
        return image.resize(target, filter_, box, gap)
    brightness, *colours = image.split()
    scaled = _at_half if halves and min(target) > 1 else _colour
    planes = [brightness.resize(target, filter_, box, gap), *(scaled(plane, target, box) for plane in colours)]
    return Image.merge("YCbCr", planes)


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
