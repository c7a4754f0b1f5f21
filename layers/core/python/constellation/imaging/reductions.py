"""Say which reductions of a picture are kept beside its original, and choose the one that a result is made from.

A reduction is the whole picture at a fraction of its size. All of one picture lie one behind the other in one object,
and a note tells where each begins. Plain Python: nothing is fetched or decoded for it.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from constellation.imaging.inspect.sniff import JPEG, PNG, WEBP
from constellation.imaging.options import Options, shown_size

LEAST_SIDE = 480
"""The longer side, in pixels, below which no reduction is kept: what is smaller is made of it in no time."""

THREE_EIGHTHS = 8 / 3
"""How many times larger a picture is than three eighths of it."""

_DIVISORS: Mapping[str, Sequence[float]] = {
    JPEG: (THREE_EIGHTHS, 4, 8, 16, 32, 64),
    PNG: (2, 4, 8, 16, 32, 64),
    WEBP: (2, 4, 8, 16, 32, 64),
}
"""How many times smaller the sides of reductions are, by the type of the original. A GIF has none.

A JPEG decodes at a half by itself, and its half would take more bytes than all other reductions together.
"""

INDEX = 1
"""What stands for the divisor of an index of rows (``imaging.rows``), which is kept among the reductions of a JPEG."""

_SPELLED: Mapping[float, str] = {
    INDEX: "1",
    **{each: "3/8" if each == THREE_EIGHTHS else f"1/{each}" for found in _DIVISORS.values() for each in found},
}
_DIVISOR = {text: divisor for divisor, text in _SPELLED.items()}

_LOSSY = "jpg"
"""The extension of a reduction that has colour at half the resolution. The others are lossless."""

_WHOLE_COLOUR = ("png", "gif")
"""The formats of results that have colour at every pixel."""

_QUALITY = 90
"""The quality of a result up to which nobody sees what a lossy reduction has lost."""

_GAP, _FINE_GAP = 1.2, 1.1
"""How much larger than what is needed a reduction is at least: with less, detail is lost.

The second is for those that are scaled with care.
"""


_NEAR = 0.01
"""How far from 1 the scale of a tile at the edge can be, whose size is rounded up."""


class Part(NamedTuple):
    """One reduction: how many times smaller its sides are, the extension of its format, and its file."""

    divisor: float
    extension: str
    data: bytes


class Reductions(NamedTuple):
    """The reductions of a picture: the bytes of the object, and the note. Both are empty where there are none."""

    data: bytes = b""
    note: str = ""


NONE = Reductions()


class Reduction(NamedTuple):
    """Where in the object a reduction lies, and what its bytes must be."""

    divisor: float
    extension: str
    start: int
    size: int
    checksum: str

    @property
    def part(self) -> range:
        """Return its bytes in the object."""
        return range(self.start, self.start + self.size)

    def matches(self, data: bytes) -> bool:
        """Tell whether these are its bytes."""
        return len(data) == self.size and _checksum(data) == self.checksum

    def is_enough(self, scale: float, *, is_tile: bool) -> bool:
        """Tell whether it shows a picture at a scale. For a tile it does so at its own scale, too: it is cut out."""
        gap = _FINE_GAP if is_fine(self.extension, self.divisor) else _GAP
        return scale * gap <= 1 / self.divisor or (is_tile and is_same(scale, 1 / self.divisor))


class Reduced(NamedTuple):
    """What a file was made of: a picture of ``width`` by ``height`` pixels, ``divisor`` times as large.

    Where ``top`` is set, only some rows are there of the picture in its own size, from that one on.
    """

    width: int
    height: int
    divisor: float
    top: int | None = None


def divisors(media_type: str, width: int, height: int, frames: int) -> Sequence[float]:
    """Return how many times smaller the reductions of a picture are, the largest first. An animation has none."""
    if frames > 1:
        return ()
    return [each for each in _DIVISORS.get(media_type, ()) if max(width, height) >= LEAST_SIDE * each]


def is_same(scale: float, other: float) -> bool:
    """Tell whether two scales are the same, but for the rounding of a tile's size."""
    return abs(scale / other - 1) < _NEAR


def is_fine(extension: str, divisor: float) -> bool:
    """Tell whether a reduction is scaled with care, rather than by the average of each square of pixels."""
    return extension != _LOSSY and divisor > 2


def joined(parts: Iterable[Part]) -> Reductions:
    """Return reductions as they are stored."""
    found = list(parts)
    notes = [f"{_SPELLED[each.divisor]}.{each.extension}.{len(each.data)}.{_checksum(each.data)}" for each in found]
    return Reductions(b"".join(each.data for each in found), " ".join(notes))


def noted(note: str) -> list[Reduction]:
    """Return the reductions that a note tells of."""
    found: list[Reduction] = []
    start = 0
    for each in note.split():
        divisor, extension, size, checksum = each.split(".")
        found.append(Reduction(_DIVISOR[divisor], extension, start, int(size), checksum))
        start += int(size)
    return found


def index_in(note: str) -> Reduction | None:
    """Return where the index of rows lies, if a note tells of one."""
    return next((each for each in noted(note) if each.divisor == INDEX), None)


def needed_scale(width: int, height: int, options: Options) -> float:
    """Return the scale at which the options show a picture of that size, or a region of it, along the closer side."""
    if options.region:
        width, height = options.region[2:]
    shown = shown_size(width, height, options)
    across, down = (shown[1], shown[0]) if options.swaps_sides else shown
    return max(across / width, down / height)


def chosen(
    note: str, scale: float, extension: str, quality: int | None = None, *, is_tile: bool = False
) -> Reduction | None:
    """Return the smallest reduction that is enough to show a picture at a scale in the format of ``extension``.

    ``quality`` is what was asked for. ``is_tile``: only a region of the picture is shown. None stands for the original.
    """
    enough = (
        each
        for each in noted(note)
        if each.divisor != INDEX and each.is_enough(scale * _demand(each, extension, quality or 0), is_tile=is_tile)
    )
    return max(enough, key=lambda each: each.divisor, default=None)


def _demand(reduction: Reduction, extension: str, quality: int) -> int:
    """Return how much larger a reduction must be: for its colours to be fine enough, or what it lost not to show."""
    is_demanding = extension in _WHOLE_COLOUR or quality > _QUALITY
    return 2 if reduction.extension == _LOSSY and is_demanding else 1


def _checksum(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"
