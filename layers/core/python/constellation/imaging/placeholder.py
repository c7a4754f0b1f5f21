"""Make the placeholder of a picture: a ThumbHash, some 21 bytes that a page paints while the picture loads.

The algorithm is Evan Wallace's (https://evanw.github.io/thumbhash). A hash holds the average colour, the aspect,
whether there is transparency, and a few low frequencies of the brightness, of two differences of colours and of the
opacity.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# Pillow's annotations name types of numpy, which is not here.

import math
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import add, mul, sub
from typing import NamedTuple

from PIL import Image

from constellation.imaging.colour import in_srgb, plain

_LONGEST = 100
"""The longer side, in pixels, up to which a picture is hashed as it is: the algorithm is made for no more."""

_SIDE = 64
"""The longer side of the reduction that is hashed of a larger one: half the time, and hardly ever another hash.

The finest wave has 18 of these pixels.
"""

_OPAQUE = 255

_NOTHING = 1e-6
"""The height below which a wave is an error of rounding."""


class _Waves(NamedTuple):
    """A plane as cosine waves: the average, the waves' heights from 0 to 1, and the largest height."""

    average: float
    heights: Sequence[float]
    scale: float


def placeholder(picture: Image.Image, profile: bytes | None) -> str:
    """Return the ThumbHash of an upright picture of any mode, in base64. ``profile`` is its colour profile, if any."""
    shown = plain(picture)
    longer = max(shown.size)
    scale = 1 if longer <= _LONGEST else _SIDE / longer
    size = max(1, round(shown.width * scale)), max(1, round(shown.height * scale))
    small = shown.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    if small.mode == "YCbCr":
        small = small.convert("RGB")
    return b64encode(thumbhash(in_srgb(small, profile))).decode()


def thumbhash(picture: Image.Image) -> bytes:
    """Return the ThumbHash of a picture in mode ``RGB`` or ``RGBA``, of at most 100 pixels a side."""
    width, height = picture.size
    longer = max(width, height)
    red, green, blue = (list(plane.tobytes()) for plane in picture.convert("RGB").split())
    alpha = picture.getchannel("A").tobytes() if picture.mode == "RGBA" else b""
    has_alpha = bool(alpha) and min(alpha) < _OPAQUE
    if has_alpha:
        red, green, blue = (_on_average(plane, alpha) for plane in (red, green, blue))
    most = 5 if has_alpha else 7
    across, down = (max(1, _rounded(most * side / longer)) for side in picture.size)

    def waves(plane: Iterable[float], most_across: int, most_down: int, unit: float) -> _Waves:
        return _waves(list(plane), picture.size, (most_across, most_down), unit)

    sums = list(map(add, red, green))
    lightness = waves(map(add, sums, blue), max(3, across), max(3, down), 3 * 255)
    yellow = waves(map(sub, sums, map(add, blue, blue)), 3, 3, 2 * 255)
    reddish = waves(map(sub, red, green), 3, 3, 255)
    planes = [lightness, yellow, reddish]
    is_landscape = width > height
    head = (
        _rounded(63 * lightness.average)
        | _rounded(31.5 + 31.5 * yellow.average) << 6
        | _rounded(31.5 + 31.5 * reddish.average) << 12
        | _rounded(31 * lightness.scale) << 18
        | has_alpha << 23
        | (down if is_landscape else across) << 24
        | _rounded(63 * yellow.scale) << 27
        | _rounded(63 * reddish.scale) << 33
        | is_landscape << 39
    ).to_bytes(5, "little")
    if has_alpha:
        opacity = waves(alpha, 5, 5, 255)
        planes.append(opacity)
        head += bytes([_rounded(15 * opacity.average) | _rounded(15 * opacity.scale) << 4])
    heights = [_rounded(15 * height) for plane in planes for height in plane.heights]
    pairs = zip(heights[::2], [*heights[1::2], 0], strict=False)
    return head + bytes(first | second << 4 for first, second in pairs)


def _on_average(plane: Sequence[int], alpha: bytes) -> list[float]:
    """Return a plane put on its average colour, in which what is more opaque counts more."""
    average = sum(map(mul, plane, alpha)) / (sum(alpha) or 1)
    return [average + (value - average) * opacity / _OPAQUE for value, opacity in zip(plane, alpha, strict=True)]


def _waves(plane: Sequence[float], size: tuple[int, int], most: tuple[int, int], unit: float) -> _Waves:
    """Return a plane as waves, of which there are fewer across the more there are down. ``unit`` is its value for 1."""
    width, height = size
    across, down = most
    rows = [plane[start : start + width] for start in range(0, len(plane), width)]
    _, *rest = _cosines(width, across)
    by_column = [list(map(sum, rows)), *([sum(map(mul, row, wave)) for row in rows] for wave in rest)]
    unit *= width * height
    found: list[float] = []
    for number, wave in enumerate(_cosines(height, down)):
        count = -(-across * (down - number) // down)
        found += [sum(map(mul, column, wave)) / unit for column in by_column[:count]]
    average, *heights = found
    scale = max(map(abs, heights))
    if scale < _NOTHING:
        return _Waves(average, [0] * len(heights), 0)
    return _Waves(average, [0.5 + 0.5 / scale * height for height in heights], scale)


@lru_cache(maxsize=16)
def _cosines(length: int, count: int) -> list[list[float]]:
    return [[math.cos(math.pi / length * wave * (at + 0.5)) for at in range(length)] for wave in range(count)]


def _rounded(value: float) -> int:
    return math.floor(value + 0.5)
