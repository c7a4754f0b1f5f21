"""Read a JPEG segment by segment (ITU-T T.81, B.1), and choose what the decoder gets.

Everything that does not affect the pixels is dropped before the decoder sees it, so it may be damaged, short or large:
comments, application segments, and whatever follows the last scan. Of the application segments, the two that say what
the numbers of the picture mean are written anew.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from constellation.imaging.inspect.sniff import JPEG, Corrupt

START_OF_IMAGE, END_OF_IMAGE = b"\xff\xd8", b"\xff\xd9"

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A marker that is neither data nor a restart within the data."""

_SEGMENT_LIMIT = 1000
"""The most segments: a JPEG has some dozens, and 255 more for the longest profile."""

_SCAN_LIMIT = 32
"""The most scans: a progressive JPEG has about ten. Each costs a pass over all its pixels, even an empty one."""

_HEAD = 4
"""Bytes of a segment before its content: the marker and the length."""

_DHT, _DAC, _DQT, _DRI, _DNL, _SOS, _EOI = 0xC4, 0xCC, 0xDB, 0xDD, 0xDC, 0xDA, 0xD9
_NO_SEGMENT = (0x01, 0xD8)
"""Markers without content that are passed over: a temporary one, another beginning."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, 0xC8, _DAC}
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_HUFFMAN = (0xC0, 0xC1, 0xC2)
"""The frames of cosines in Huffman codes; other frames have arithmetic codes, or are lossless."""

FILLING = b"\xff\0" * 8
"""Eight bytes of ones after the last scan: as much as the decoder may read ahead, and not a code."""

_RESTARTS = tuple(bytes([0xFF, code]) for code in range(0xD0, 0xD8))
_TABLES = (_DHT, _DAC, _DQT, _DRI)
_ASIDE = (*range(0xE0, 0xF0), 0xFE, _DNL)
"""Application segments, comments, and the number of lines, which the decoder takes from the frame."""

_JFIF_CODE, _EXIF_CODE, _ICC_CODE, _ADOBE_CODE = 0xE0, 0xE1, 0xE2, 0xEE
_JFIF, _EXIF, _ICC, _ADOBE = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"
_JFIF_SIZE, _ADOBE_SIZE = 14, 12
"""Bytes that a decoder needs of these two: it ignores a shorter segment."""

_PLAIN_JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"

_ICC_LIMIT = 2_000_000
"""Bytes of colour profiles after which no more is read."""

_COEFFICIENTS = 64
_ZIGZAG = bytes.fromhex(
    "00 01 05 06 0e 0f 1b 1c 02 04 07 0d 10 1a 1d 2a "
    "03 08 0c 11 19 1e 29 2b 09 0b 12 18 1f 28 2c 35 "
    "0a 13 17 20 27 2d 34 36 14 16 21 26 2e 33 37 3c "
    "15 22 25 2f 32 38 3b 3d 23 24 30 31 39 3a 3e 3f "
)
"""For each coefficient of a block, row by row, its number in a file (figure A.6)."""

_NOTHING = 0xFF

Table = list[int]


class Jpeg(NamedTuple):
    """What affects the pixels of a file.

    ``content`` is the file without anything else. It ends with FILLING where the decoder ``can_wait``, that is, stop
    where data is missing (a decoder of arithmetic codes cannot), or else with the end of the image. ``in_one_scan``:
    the decoder makes pixels as it reads. ``is_ended``: the end of the image follows the last scan in the file.
    ``is_fine``: every coefficient came, in full precision. ``restart`` is the marker that would come next in the last
    of several scans. ``tables`` are the quantisation tables of the components.
    """

    content: bytes
    can_wait: bool
    in_one_scan: bool
    is_ended: bool
    is_fine: bool
    restart: bytes
    tables: Sequence[Table]
    exif: bytes | None
    profiles: Sequence[bytes]


class Scan(NamedTuple):
    """The only scan of a picture: where its data begins, and what that is made of.

    ``unit`` is the width and height of a unit, ``interval`` the number of units between restart markers, 0 without
    any. ``size_at`` is where the frame says the height and the width, two bytes each.
    """

    size: tuple[int, int]
    unit: tuple[int, int]
    interval: int
    size_at: int
    start: int


class _Frame(NamedTuple):
    """The header of the frame: its code, its size, and the quantisation table of each component."""

    code: int
    size: tuple[int, int]
    tables: Mapping[int, int]


class _Segment(NamedTuple):
    """The code of a marker, and where its segment begins (at the marker) and ends."""

    code: int
    start: int
    end: int


def size(data: bytes) -> tuple[int, int]:
    """Return width and height as the header says. Raises Corrupt where a header is missing or there are two."""
    found: tuple[int, int] | None = None
    for segment in _segments(data):
        if segment.code in _FRAMES:
            if found:
                raise Corrupt(JPEG)  # the decoder believes the last one
            found = _frame(data, segment).size
        if segment.code == _SOS and found:
            return found
    raise Corrupt(JPEG)


def scan_of(data: bytes) -> Scan | None:
    """Return the scan of a picture that is not progressive and has no further one; None for any other."""
    interval, frame = 0, None
    for code, start, end in _segments(data):
        content = data[start + _HEAD : end]
        if code == _DRI:
            interval = int.from_bytes(content, "big")
        elif code in _HUFFMAN and code not in _PROGRESSIVE:
            frame = start + _HEAD + 1, content
        elif code == _SOS:
            return _scan(*frame, interval, end) if frame and content[0] == frame[1][5] else None
    return None


def _scan(size_at: int, content: bytes, interval: int, start: int) -> Scan:
    height, width = struct.unpack_from(">HH", content, 1)
    samplings = content[7::3] if content[5] > 1 else b"\x11"  # a single component has a block a unit
    unit = max(each >> 4 for each in samplings) * 8, max(each & 15 for each in samplings) * 8
    return Scan((width, height), unit, interval, size_at, start)


def parse(data: bytes) -> Jpeg:
    """Return the picture in a file.

    Raises Corrupt for what no decoder can read, for too many segments or scans, and for a component without any data.
    """
    head, frame, scans = _Header(), None, None
    kept: list[bytes | memoryview] = [START_OF_IMAGE]
    is_ended, at, until = False, 0, len(data)
    for segment in _segments(data):
        code, start, end = segment
        if scans:
            is_ended, until = code == _EOI, start
            if scans.in_one_scan or code not in (*_TABLES, *_ASIDE, _SOS):
                break
            kept.append(data[at:start])
            until = len(data)
        elif code in _ASIDE:
            head.note(code, data[start + _HEAD : end])
        at = end
        if code in _FRAMES:
            frame = _frame(data, segment)
        elif code == _DQT:
            head.note_tables(data[start + _HEAD : end])
        elif code == _SOS and frame:
            scans = scans or _Scans(frame)
            scans.note(data[start + _HEAD : end], head.tables)
        if code in (*_TABLES, *_FRAMES, _SOS):
            kept.append(data[start:end])
    if frame is None or scans is None or not scans.are_everywhere:
        raise Corrupt(JPEG)
    can_wait = frame.code in _HUFFMAN
    kept[1:1] = head.written()
    kept += (memoryview(data)[at:until], FILLING if can_wait else END_OF_IMAGE)
    return Jpeg(
        b"".join(kept),
        can_wait,
        scans.in_one_scan,
        is_ended,
        scans.are_fine,
        b"" if scans.in_one_scan else _next_restart(data, at, until),
        [scans.tables[component] for component in frame.tables if component in scans.tables],
        head.exif,
        head.profiles(),
    )


def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield every segment up to the end of the image, or to the first incomplete segment, which gets the code 0.

    What is between the segments, such as the data of a scan, is passed over.
    """
    at = 2
    for _ in range(_SEGMENT_LIMIT):
        marker = _MARKER.search(data, at)
        if not marker:
            return
        code, start, at = marker[0][1], marker.start(), marker.end()
        if code == _EOI:
            yield _Segment(code, start, at)
            return
        if code in _NO_SEGMENT:
            yield _Segment(code, start, at)
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if at + max(length, 2) > len(data):
            yield _Segment(0, start, at)
            return
        at += length
        yield _Segment(code, start, max(at, start + _HEAD))
    raise Corrupt(JPEG)


def _next_restart(data: bytes, start: int, end: int) -> bytes:
    """Return the restart marker that comes after those in the data of a scan."""
    last = max(_RESTARTS, key=lambda marker: data.rfind(marker, start, end))
    is_there = data.find(last, start, end) >= 0
    return _RESTARTS[(_RESTARTS.index(last) + 1) % len(_RESTARTS) if is_there else 0]


def _frame(data: bytes, segment: _Segment) -> _Frame:
    height, width, count = struct.unpack_from(">xHHB", data, segment.start + _HEAD)
    first = segment.start + _HEAD + 6
    if first + 3 * count > segment.end:
        raise Corrupt(JPEG)
    return _Frame(segment.code, (width, height), {data[at]: data[at + 2] for at in range(first, first + 3 * count, 3)})


class _Header:
    """Collect what the segments before the first scan say."""

    def __init__(self) -> None:
        self.exif: bytes | None = None
        self.tables: dict[int, Table] = {}
        self._icc, self._icc_size = list[bytes](), 0
        self._is_jfif = False
        self._adobe = b""

    def note(self, code: int, content: bytes) -> None:
        """Note an application segment that means something."""
        if code == _JFIF_CODE and content.startswith(_JFIF) and len(content) >= _JFIF_SIZE:
            self._is_jfif = True
        elif code == _ADOBE_CODE and content.startswith(_ADOBE) and len(content) >= _ADOBE_SIZE:
            self._adobe = content[:_ADOBE_SIZE]
        elif code == _ICC_CODE and content.startswith(_ICC) and self._icc_size < _ICC_LIMIT:
            self._icc.append(content[len(_ICC) :])
            self._icc_size += len(content)
        elif code == _EXIF_CODE and self.exif is None and content.startswith(_EXIF):
            self.exif = content

    def note_tables(self, content: bytes) -> None:
        """Note quantisation tables. Each replaces the one before with its number (B.2.4.1)."""
        at = 0
        while at < len(content):
            width, number = 1 + (content[at] >> 4 > 0), content[at] & 15
            values = content[at + 1 : at + 1 + _COEFFICIENTS * width]
            if len(values) < _COEFFICIENTS * width:
                return
            numbers = struct.unpack(f">{_COEFFICIENTS}{'BH'[width - 1]}", values)
            self.tables[number] = [numbers[index] for index in _ZIGZAG]
            at += 1 + len(values)

    def written(self) -> Iterable[bytes]:
        """Yield the segments that say what the components mean, written anew."""
        if self._is_jfif:
            yield _PLAIN_JFIF
        if self._adobe:
            yield struct.pack(">BBH", 0xFF, _ADOBE_CODE, 2 + _ADOBE_SIZE) + self._adobe

    def profiles(self) -> Sequence[bytes]:
        """Return what the colour profile may be, the best guess first (ICC.1, B.4).

        The parts are put together by their numbers. Where numbers come twice, the first one counts, or all of the parts
        have the same number and come in their order. The number of parts that a file announces is ignored.
        """
        if not self._icc:
            return ()
        parts = {part[0]: part[2:] for part in reversed(self._icc) if len(part) > 2}
        return b"".join(parts[number] for number in sorted(parts)), b"".join(part[2:] for part in self._icc)


class _Scans:
    """Collect what the headers of the scans say: which coefficients came, with which tables (B.2.3, G.1.1.1)."""

    def __init__(self, frame: _Frame) -> None:
        self.tables: dict[int, Table] = {}
        self.in_one_scan = False
        self._frame = frame
        self._missing = {component: bytearray([_NOTHING] * _COEFFICIENTS) for component in frame.tables}
        self._count = 0

    def note(self, content: bytes, tables: Mapping[int, Table]) -> None:
        """Note the header of a scan. A component keeps the table that is in force at its first scan."""
        self._count += 1
        count = content[0]
        components = content[1 : 1 + 2 * count : 2]
        if self._count > _SCAN_LIMIT or not self._frame.tables.keys() >= set(components):
            raise Corrupt(JPEG)
        first, last, precision = content[1 + 2 * count : 4 + 2 * count]
        if self._frame.code not in _PROGRESSIVE:
            first, last, precision = 0, _COEFFICIENTS - 1, 0
        self.in_one_scan = self._frame.code not in _PROGRESSIVE and count == len(self._frame.tables)
        for component in components:
            number = self._frame.tables[component]
            if component not in self.tables and number in tables:
                self.tables[component] = tables[number]
            for coefficient in range(first, min(last + 1, _COEFFICIENTS)):
                self._missing[component][coefficient] = precision & 15

    @property
    def are_fine(self) -> bool:
        """Tell whether no bit of any coefficient is missing."""
        return not any(map(any, self._missing.values()))

    @property
    def are_everywhere(self) -> bool:
        """Tell whether each component has at least the mean of each of its blocks."""
        return all(missing[0] != _NOTHING for missing in self._missing.values())
