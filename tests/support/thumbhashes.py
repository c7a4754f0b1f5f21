"""Read placeholders back: a ThumbHash decoded as pages decode it (https://evanw.github.io/thumbhash)."""

import math
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity, from 0 to 1, or a little beyond."""


@dataclass(frozen=True)
class _Plane:
    across: int
    down: int
    average: float
    heights: list[float]

    def at(self, x: float, y: float) -> float:
        value = self.average
        for height, (row, column) in zip(self.heights, _waves(self.across, self.down), strict=True):
            value += height * 2 * math.cos(math.pi * x * column) * math.cos(math.pi * y * row)
        return value


@dataclass(frozen=True)
class Shown:
    """What a ThumbHash says: the average colour, and the picture, at most 32 pixels a side."""

    average: Colour
    size: tuple[int, int]
    at: Callable[[float, float], Colour]

    @property
    def picture(self) -> Image.Image:
        """The picture."""
        picture = Image.new("RGBA", self.size)
        for x in range(picture.width):
            for y in range(picture.height):
                values = self.at((x + 0.5) / picture.width, (y + 0.5) / picture.height)
                picture.putpixel((x, y), tuple(round(255 * min(max(value, 0), 1)) for value in values))
        return picture


def shown(placeholder: str) -> Shown:
    """Decode a placeholder; a wrong length is an error."""
    hash_ = b64decode(placeholder, validate=True)
    head = int.from_bytes(hash_[:5], "little")
    has_alpha, is_landscape = bool(head >> 23 & 1), bool(head >> 39)
    most, side = 5 if has_alpha else 7, head >> 24 & 7
    across, down = (most, side) if is_landscape else (side, most)
    nibbles = iter([half for byte in hash_[6 if has_alpha else 5 :] for half in (byte & 15, byte >> 4)])

    def plane(across: int, down: int, average: float, scale: float) -> _Plane:
        return _Plane(across, down, average, [(next(nibbles) / 7.5 - 1) * scale for _ in _waves(across, down)])

    lightness = plane(max(3, across), max(3, down), (head & 63) / 63, (head >> 18 & 31) / 31)
    yellow = plane(3, 3, (head >> 6 & 63) / 31.5 - 1, (head >> 27 & 63) / 63 * 1.25)
    reddish = plane(3, 3, (head >> 12 & 63) / 31.5 - 1, (head >> 33 & 63) / 63 * 1.25)
    opacity = plane(5, 5, (hash_[5] & 15) / 15, (hash_[5] >> 4) / 15) if has_alpha else _Plane(1, 1, 1, [])
    assert len(list(nibbles)) <= 1, "nothing follows but the filling of the last byte"

    def at(x: float, y: float) -> Colour:
        return *_rgb(lightness.at(x, y), yellow.at(x, y), reddish.at(x, y)), opacity.at(x, y)

    size = (32, max(1, round(32 * down / across))) if across > down else (max(1, round(32 * across / down)), 32)
    return Shown((*_rgb(lightness.average, yellow.average, reddish.average), opacity.average), size, at)


@cache
def _waves(across: int, down: int) -> Sequence[tuple[int, int]]:
    return [
        (row, column)
        for row in range(down)
        for column in range(across)
        if (row or column) and column * down < across * (down - row)
    ]


def _rgb(lightness: float, yellow: float, reddish: float) -> tuple[float, float, float]:
    blue = lightness - 2 / 3 * yellow
    red = (3 * lightness - blue + reddish) / 2
    return red, red - reddish, blue
