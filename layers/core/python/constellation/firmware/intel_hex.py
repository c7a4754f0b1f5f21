"""Intel HEX (Intel, "Hexadecimal Object File Format Specification", 1988), checked line by line.

However long a file is, only the segments that its data fills are kept in memory.
"""

import re
from binascii import unhexlify
from bisect import bisect_right

from constellation.firmware.model import LINE_LIMIT, SEGMENT_LIMIT, Segment

START_CODE = b":"
"""The first byte of a file in this format."""

_RECORD = re.compile(rb":(?:[0-9A-Fa-f]{2}){5,260}")
_AROUND_DATA = 5
"""Bytes of a record besides its data: length, address, type and checksum."""

_LONGEST = 1000
"""Characters of a line that is surely wrong. No record has as many."""

_DATA, _END, _SEGMENT_ADDRESS, _START_SEGMENT, _LINEAR_ADDRESS, _START_LINEAR = range(6)
_LENGTHS = {_END: 0, _SEGMENT_ADDRESS: 2, _START_SEGMENT: 4, _LINEAR_ADDRESS: 2, _START_LINEAR: 4}
_SHIFTS = {_SEGMENT_ADDRESS: 4, _LINEAR_ADDRESS: 16}


class BadRecord(Exception):
    """A line that is wrong, counted from 1, and why."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"Line {line}: {fault}")


class Checker:
    """Checks a file that is fed in pieces."""

    def __init__(self) -> None:
        self._rest = b""
        self._line = 0
        self._blank_from = 0
        self._end = 0
        self._base = 0
        self._has_start = False
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._last = -1

    def feed(self, data: bytes) -> None:
        """Check the next bytes, cut anywhere. Raises BadRecord."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self.read(line)
        if len(self._rest) > _LONGEST:
            self.read(self._rest)

    def read(self, line: bytes) -> None:
        """Check the next line, with or without its line ending. Raises BadRecord."""
        self._line += 1
        if self._line > LINE_LIMIT:
            raise BadRecord(self._line, f"a file has at most {LINE_LIMIT} lines")
        text = line.removesuffix(b"\n").removesuffix(b"\r")
        if not text:
            self._blank_from = self._blank_from or self._line
            return
        if self._end:
            raise BadRecord(self._end + 1, "there is something after the end record")
        if self._blank_from:
            raise BadRecord(self._blank_from, "a blank line can only stand at the end")
        self._record(text)

    def segments(self) -> tuple[Segment, ...]:
        """Return what the whole file fills. Raises BadRecord, also where the end record is missing."""
        if self._rest:
            self.read(self._rest)
            self._rest = b""
        if not self._end:
            last = self._blank_from - 1 if self._blank_from else self._line
            raise BadRecord(max(last, 1), "the end record is missing")
        return tuple(Segment(start, end - start) for start, end in zip(self._starts, self._ends, strict=True))

    def _record(self, text: bytes) -> None:
        if not _RECORD.fullmatch(text):
            raise BadRecord(self._line, "a record is a colon and 5 to 260 pairs of hexadecimal digits")
        record = unhexlify(text[1:])
        size, kind = record[0], record[3]
        if len(record) != _AROUND_DATA + size:
            raise BadRecord(self._line, "the record's length is not the one that it states")
        if sum(record) & 0xFF:
            raise BadRecord(self._line, "the checksum is wrong")
        address = record[1] << 8 | record[2]
        if kind == _DATA:
            if size:
                self._fill(self._base + address, size)
            return
        if kind not in _LENGTHS:
            raise BadRecord(self._line, f"there is no record type {kind}")
        if size != _LENGTHS[kind]:
            raise BadRecord(self._line, f"a record of type {kind} has {_LENGTHS[kind]} bytes of data, not {size}")
        if kind == _END:
            self._end = self._line
            return
        if address:
            raise BadRecord(self._line, f"a record of type {kind} has the address 0")
        if kind in _SHIFTS:
            self._base = int.from_bytes(record[4:6]) << _SHIFTS[kind]
            return
        if self._has_start:
            raise BadRecord(self._line, "the start address is given twice")
        self._has_start = True

    def _fill(self, start: int, size: int) -> None:
        """Add bytes to the segments, and join them with the segments that they touch."""
        starts, ends = self._starts, self._ends
        end, at = start + size, self._last
        # Most records continue where the one before ended, so no search is needed.
        if at < 0 or ends[at] != start:
            at = bisect_right(starts, start) - 1
        following = at + 1
        if (at >= 0 and ends[at] > start) or (following < len(starts) and starts[following] < end):
            raise BadRecord(self._line, "the data overlaps with that of an earlier record")
        touches_before = at >= 0 and ends[at] == start
        touches_after = following < len(starts) and starts[following] == end
        if touches_before and touches_after:
            ends[at] = ends.pop(following)
            del starts[following]
        elif touches_before:
            ends[at] = end
        else:
            at = following
            if touches_after:
                starts[at] = start
            else:
                starts.insert(at, start)
                ends.insert(at, end)
                if len(starts) > SEGMENT_LIMIT:
                    raise BadRecord(self._line, f"the data lies in more than {SEGMENT_LIMIT} segments")
        self._last = at
