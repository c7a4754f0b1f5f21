"""Intel HEX (Intel, "Hexadecimal Object File Format Specification", 1988), checked line by line.

bincopy takes a record apart and judges its checksum; what records mean together is judged here, in the memory that
the segments take, however long the file is.
"""

import re
from bisect import bisect_right
from typing import Any, cast

from constellation.domain.firmware import SEGMENT_LIMIT, Segment

START_CODE = b":"
"""What a file in this format begins with."""

_RECORD = re.compile(r":(?:[0-9A-Fa-f]{2}){5,260}", re.ASCII)
_AROUND_DATA = 11
"""Characters of a record besides its data: colon, length, address, type and checksum."""

_LONGEST = 1000
"""Characters; no record has as many."""

_DATA, _END, _SEGMENT_ADDRESS, _START_SEGMENT, _LINEAR_ADDRESS, _START_LINEAR = range(6)
_LENGTHS = {_END: 0, _SEGMENT_ADDRESS: 2, _START_SEGMENT: 4, _LINEAR_ADDRESS: 2, _START_LINEAR: 4}
_SHIFTS = {_SEGMENT_ADDRESS: 4, _LINEAR_ADDRESS: 16}


class BadRecord(Exception):
    """What is wrong with which line, from 1 on."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"Line {line}: {fault}")


class Checker:
    """A file that comes bit by bit."""

    def __init__(self) -> None:
        self._rest = b""
        self._line = 0
        self._blank_from = 0
        self._end = 0
        self._base = 0
        self._has_start = False
        self._starts: list[int] = []
        self._ends: list[int] = []

    def feed(self, data: bytes) -> None:
        """The next bytes, cut anywhere. Raises BadRecord."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self.read(line)
        if len(self._rest) > _LONGEST:
            self.read(self._rest)

    def read(self, line: bytes) -> None:
        """The next line, with or without its ending. Raises BadRecord."""
        self._line += 1
        text = line.removesuffix(b"\n").removesuffix(b"\r").decode("latin-1")
        if not text:
            self._blank_from = self._blank_from or self._line
            return
        if self._end:
            raise BadRecord(self._end + 1, "there is something after the end record")
        if self._blank_from:
            raise BadRecord(self._blank_from, "a blank line can only stand at the end")
        self._record(text)

    def segments(self) -> tuple[Segment, ...]:
        """What the file fills, once all of it was read. Raises BadRecord, where the end record is missing too."""
        if self._rest:
            self.read(self._rest)
            self._rest = b""
        if not self._end:
            last = self._blank_from - 1 if self._blank_from else self._line
            raise BadRecord(max(last, 1), "the end record is missing")
        return tuple(Segment(start, end - start) for start, end in zip(self._starts, self._ends, strict=True))

    def _record(self, text: str) -> None:
        import bincopy  # only the function that takes binaries pays for the import

        library = cast("Any", bincopy)  # it is not typed
        if not _RECORD.fullmatch(text):
            raise BadRecord(self._line, "a record is a colon and 5 to 260 pairs of hexadecimal digits")
        if len(text) != _AROUND_DATA + 2 * int(text[1:3], 16):
            raise BadRecord(self._line, "the record's length is not the one that it states")
        try:
            kind, address, size, data = library.unpack_ihex(text)
        except library.Error:
            raise BadRecord(self._line, "the checksum is wrong") from None
        if kind == _DATA:
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
            self._base = int.from_bytes(data) << _SHIFTS[kind]
            return
        if self._has_start:
            raise BadRecord(self._line, "the start address is given twice")
        self._has_start = True

    def _fill(self, start: int, size: int) -> None:
        """Note bytes that are there now, together with those that they touch."""
        if not size:
            return
        end, after = start + size, bisect_right(self._starts, start)
        if (after and self._ends[after - 1] > start) or (after < len(self._starts) and self._starts[after] < end):
            raise BadRecord(self._line, "the data overlaps with that of an earlier record")
        if after and self._ends[after - 1] == start:
            after -= 1
            self._ends[after] = end
        else:
            self._starts.insert(after, start)
            self._ends.insert(after, end)
        if after + 1 < len(self._starts) and self._starts[after + 1] == end:
            self._ends[after] = self._ends.pop(after + 1)
            del self._starts[after + 1]
        if len(self._starts) > SEGMENT_LIMIT:
            raise BadRecord(self._line, f"the data lies in more than {SEGMENT_LIMIT} segments")
