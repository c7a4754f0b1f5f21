"""Scaling to an exact size: the whole picture, or what is left of it when its edges are cut."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from math import ceil

from PIL import Image, ImageFile

Size = tuple[int, int]
Region = tuple[float, float, float, float]

_DRAFT_GAP = 1.1
"""How much larger than its target a JPEG is decoded: at exactly the target's size detail is lost."""


def region(full: tuple[float, float], target: Size, *, crop: bool) -> Region:
    """The part of a picture of size ``full`` that becomes ``target``: all, or its centre in the target's shape."""
    if not crop:
        return 0, 0, *full
    scale = max(target[0] / full[0], target[1] / full[1])
    width, height = min(target[0] / scale, full[0]), min(target[1] / scale, full[1])
    left, top = (full[0] - width) / 2, (full[1] - height) / 2
    return left, top, left + width, top + height


def draft(image: ImageFile.ImageFile, target: Size) -> tuple[float, float]:
    """Let a JPEG be decoded at 1/2, 1/4 or 1/8 of its size where that is enough; the exact size it will have."""
    full = image.size
    scale = max(target[0] / full[0], target[1] / full[1]) * _DRAFT_GAP
    drafted = image.draft(None, (ceil(full[0] * scale), ceil(full[1] * scale)))
    return drafted[1][2:] if drafted else full


def scaled(image: Image.Image, target: Size, box: Region) -> Image.Image:
    """``box`` of ``image`` at the size ``target``."""
    if image.size == target and box == (0, 0, *target):
        return image
    return image.resize(target, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)
