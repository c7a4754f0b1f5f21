"""Cut a part out of a JPEG without decoding the rest: between restart markers, its data can be taken apart.

A JPEG is rows of units of 8 or 16 pixels. With restart markers (ITU-T T.81, B.2.4.4) the units between two of them are
coded by themselves. If each row has a whole number of such intervals, those that cover a part are a JPEG of their own.
"""

import re
import struct
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from constellation.imaging.inspect.jpeg_segments import Scan, scan_of

_MARKER = re.compile(rb"\xff[\xd0-\xd7]")
END = b"\xff\xd9"
"""The last bytes of a JPEG."""

_MOST_PIXELS = 512
_FEWEST_UNITS = 8
"""How long an interval is at most, and how many units it has at least: each costs two or three bytes."""

Sides = tuple[int, int]


class Cut(NamedTuple):
    """A JPEG that shows a part of another one, and where in that it begins, in pixels."""

    data: bytes
    corner: Sides


def interval(width: int, unit: int) -> int:
    """Return the number of units between restart markers for a picture of that width, whose units are that wide.

    A row is divided evenly, or not at all.
    """
    units = -(-width // unit)
    divisors = (each for each in range(_MOST_PIXELS // unit, _FEWEST_UNITS - 1, -1) if units % each == 0)
    return next(divisors, units)


class Intervals(NamedTuple):
    """Where the intervals of a JPEG begin, ``across`` of them in each row, and where the next one would."""

    scan: Scan
    across: int
    starts: Sequence[int]


def intervals(data: bytes, bottom: int | None = None) -> Intervals | None:
    """Return the intervals of a JPEG, of its first ``bottom`` rows of units or of all of them.

    None where it cannot be cut. What lies behind the last row is not looked at.
    """
    scan, end = scan_of(data), data.rfind(END)
    if scan is None or not scan.interval or end < scan.start:
        return None
    units, lines = -(-scan.size[0] // scan.unit[0]), -(-scan.size[1] // scan.unit[1])
    across, rows = units // scan.interval, lines if bottom is None else min(bottom, lines)
    if units % scan.interval:
        return None
    markers = islice(_MARKER.finditer(data, scan.start), rows * across)
    starts = [scan.start, *[found.end() for found in markers]]
    if rows == lines:
        starts.append(end + len(END))
    return Intervals(scan, across, starts) if len(starts) == rows * across + 1 else None


def cut(data: bytes, left: int, top: int, right: int, bottom: int) -> Cut | None:
    """Return a JPEG that shows at least these pixels of another one; None where that cannot be cut, or has no more."""
    scan = scan_of(data)
    if scan is None or not scan.interval:
        return None
    (width, height), (unit_width, unit_height) = scan.size, scan.unit
    lines, step = -(-height // unit_height), scan.interval * unit_width
    rows = range(max(0, top) // unit_height, min(-(-bottom // unit_height), lines))
    found = intervals(data, rows.stop)
    if found is None:
        return None
    across, starts = found.across, found.starts
    columns = range(max(0, left) // step, min(-(-right // step), across))
    if len(columns) * len(rows) == across * lines:
        return None
    parts = [data[starts[at] : starts[at + 1] - 2] for row in rows for at in range(*_of_row(row * across, columns))]
    size = min(height, rows.stop * unit_height), min(width, columns.stop * step)
    corner = columns.start * step, rows.start * unit_height
    sides = struct.pack(">HH", size[0] - corner[1], size[1] - corner[0])
    head = data[: scan.size_at] + sides + data[scan.size_at + len(sides) : scan.start]
    restarted = b"".join(part + bytes((0xFF, 0xD0 + number % 8)) for number, part in enumerate(parts))
    return Cut(head + restarted[:-2] + END, corner)


def _of_row(first: int, columns: range) -> tuple[int, int]:
    return first + columns.start, first + columns.stop
