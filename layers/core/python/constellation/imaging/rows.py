"""Read the rows of a large JPEG that a part of it needs, and not the rest: an index tells where in the file they begin.

The index is kept among the reductions. With it come the first bytes of the file, which every part of it needs. Plain
Python: nothing is decoded.
"""

import struct
from collections.abc import Sequence
from math import ceil, gcd
from typing import NamedTuple

from constellation.imaging.codecs.jpeg_cut import END, intervals
from constellation.imaging.inspect.jpeg_segments import scan_of
from constellation.imaging.options import Options

_AROUND = 16
"""Pixels around a region that decoding it looks at."""

_REACH = 4
"""Pixels around one of the result that scaling looks at, in pixels of the result."""

_COUNTER = 8
"""Restart markers are counted by so many: rows that begin with the first one are a JPEG of their own."""

_HEAD = struct.Struct(">HH")


class Rows(NamedTuple):
    """Rows of a JPEG: their bytes in the file, the number of the first one, and what a file of them begins with."""

    part: range
    top: int
    head: bytes

    def file(self, data: bytes) -> bytes:
        """Return a JPEG that shows these rows, whose bytes were fetched."""
        return self.head + data + END


def surroundings(scale: float) -> int:
    """Return how many pixels around a region are looked at when it is made so many times smaller."""
    return _AROUND + ceil(_REACH * scale)


def needed_rows(height: int, options: Options) -> range | None:
    """Return the rows of a picture of that height that its region needs; None where all of it is shown."""
    if options.region is None:
        return None
    _, top, width, tall = options.region
    wide, high = options.width or width, options.height or tall
    around = surroundings(max(width / wide, tall / high))
    return range(max(0, top - around), min(height, top + tall + around))


def indexed(data: bytes) -> bytes:
    """Return the index of a JPEG: where each group of rows begins. Empty where parts cannot be cut out of it."""
    found = intervals(data)
    if found is None:
        return b""
    step = _COUNTER // gcd(_COUNTER, found.across)
    starts = [*found.starts[: -1 : step * found.across], found.starts[-1]]
    head = data[: found.scan.start]
    return _HEAD.pack(step * found.scan.unit[1], len(starts)) + struct.pack(f">{len(starts)}I", *starts) + head


def rows_in(index: bytes, wanted: range) -> Rows | None:
    """Return those of a JPEG with this index that are wanted; None where they are more than half of it."""
    group, count = _HEAD.unpack_from(index)
    starts: Sequence[int] = struct.unpack_from(f">{count}I", index, _HEAD.size)
    head = index[_HEAD.size + 4 * count :]
    scan = scan_of(head)
    first, end = wanted.start // group, min(-(-wanted.stop // group), count - 1)
    if scan is None or 2 * (end - first) >= count:
        return None
    height = min(scan.size[1], end * group) - first * group
    at = scan.size_at
    head = head[:at] + struct.pack(">H", height) + head[at + 2 :]
    return Rows(range(starts[first], starts[end] - len(END)), first * group, head)
