"""What each format can hold, and the effort that a rendition is written with. Plain Python."""

import zlib
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

from constellation.imaging.inspect.sniff import GIF, JPEG, PNG, WEBP

ORIGINAL_EXTENSIONS: Mapping[str, str] = {JPEG: "jpg", PNG: "png", WEBP: "webp", GIF: "gif"}
"""The extension of an original by its media type."""

LONGEST_SIDE: Mapping[str, int] = {"jpg": 65500, "webp": 16383, "gif": 65535, "avif": 65535}
"""The largest width or height, in pixels, that a format's encoder takes; PNG has no limit that matters."""

ANIMATED = ("gif", "webp")
"""The formats that hold all frames of an animation; the others hold its first frame."""

LOSSY = ("jpg", "webp", "avif")
"""The formats that round colours."""


class Effort(NamedTuple):
    """How a format is written up to ``most`` pixels, those of all frames together.

    ``cost`` is the most that a million pixels cost, in milliseconds of CPU: measured with opaque noise, while
    photographs take a third to a fifth of it. ``options`` are those of Pillow's ``save``.
    """

    most: float
    cost: int
    options: Mapping[str, Any]


_HALF_THE_SEARCH: Mapping[str, str] = {
    "disable-trellis-quant": "1",
    "enable-rect-partitions": "0",
    "use-intra-dct-only": "1",
}
"""What aom, the encoder of AVIF, need not try: half of its time, for no likeness and 3 % more bytes."""

EFFORTS: Mapping[str, Sequence[Effort]] = {
    "jpg": (Effort(inf, 20, {"quality": 81}),),
    "png": (Effort(inf, 80, {"compress_level": 2, "compress_type": zlib.Z_RLE}),),
    "webp": (
        Effort(40_000_000, 100, {"quality": 81, "method": 2}),
        Effort(inf, 80, {"quality": 81, "method": 0}),
    ),
    "gif": (Effort(inf, 140, {}),),
    "avif": (
        Effort(2_000_000, 500, {"quality": 59, "speed": 6, "max_threads": 2, "advanced": _HALF_THE_SEARCH}),
        Effort(inf, 160, {"quality": 62, "speed": 9, "max_threads": 2}),
    ),
}
"""Efforts by extension. A larger picture gets less: it takes more bytes, but no longer than a function has time."""

EFFORTS_OF_LOSSLESS: Mapping[str, Sequence[Effort]] = {
    **EFFORTS,
    "webp": (Effort(2_000_000, 160, {"quality": 80, "method": 3}), *EFFORTS["webp"]),
}
"""The same for a still picture that had lost nothing: in even areas and sharp lines, method 2 loses more than others.

Method 3 takes twice as long.
"""


def effort(extension: str, pixels: int, *, of_lossless: bool = False) -> Effort:
    """Return the effort for so many pixels in the format of ``extension``."""
    efforts = EFFORTS_OF_LOSSLESS if of_lossless else EFFORTS
    return next(each for each in efforts[extension] if pixels <= each.most)
