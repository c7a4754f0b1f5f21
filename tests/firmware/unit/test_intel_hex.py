"""Intel HEX, line by line: what is wrong where, and what the data fills."""

import io
import random
from collections.abc import Iterable, Iterator, Sequence

import pytest

from constellation.common.settings import settings
from constellation.firmware import intel_hex
from constellation.firmware.intel_hex import BadRecord, Checker
from tests.support.hex_files import END, firmware, pages, record

DATA = record(0, 0x0100, bytes(range(16)))


def segments(lines: Sequence[bytes], ending: bytes = b"\n") -> list[tuple[int, int]]:
    """What the lines fill: addresses and lengths."""
    checker = Checker()
    for line in lines:
        checker.read(line + ending)
    return [(segment.start, segment.length) for segment in checker.segments()]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_a_file(ending: bytes) -> None:
    assert segments([DATA, END], ending) == [(0x100, 16)]
    assert segments([DATA.lower(), END.lower()], ending) == [(0x100, 16)]
    assert segments([DATA, END, b"", b""], ending) == [(0x100, 16)]
    assert segments([END], ending) == []


@pytest.mark.parametrize(
    ("lines", "filled"),
    [
        ([record(0, 0, b"ab"), record(0, 2, b"cd")], [(0, 4)]),
        ([record(0, 2, b"cd"), record(0, 0, b"ab")], [(0, 4)]),
        ([record(0, 0, b"a"), record(0, 2, b"c"), record(0, 1, b"b")], [(0, 3)]),
        ([record(0, 8, b"a"), record(0, 0, b"a"), record(0, 4, b"a")], [(0, 1), (4, 1), (8, 1)]),
        ([record(4, 0, b"\x08\x00"), record(0, 0, b"ab")], [(0x0800_0000, 2)]),
        ([record(2, 0, b"\x10\x00"), record(0, 0, b"ab")], [(0x1_0000, 2)]),
        ([record(4, 0, b"\x00\x01"), record(2, 0, b"\x00\x00"), record(0, 5, b"ab")], [(5, 2)]),
        ([record(0, 0xFFFF, b"ab")], [(0xFFFF, 2)]),
        ([record(0, 0, b"")], []),
        ([record(5, 0, b"\x08\x00\x01\x00"), record(0, 0, b"a")], [(0, 1)]),
        ([record(3, 0, b"\x00\x00\x38\x00"), record(0, 0, b"a")], [(0, 1)]),
    ],
)
def test_what_the_data_fills(lines: list[bytes], filled: list[tuple[int, int]]) -> None:
    assert segments([*lines, END]) == filled


@pytest.mark.parametrize(
    ("lines", "line", "fault"),
    [
        ([DATA[:-2] + b"00", END], 1, "checksum"),
        ([DATA, DATA[:-4] + DATA[-2:], END], 2, "length"),
        ([DATA + b"00", END], 1, "length"),
        ([DATA[:-1], END], 1, "pairs of hexadecimal digits"),
        ([b":00", END], 1, "pairs of hexadecimal digits"),
        ([b":", END], 1, "pairs of hexadecimal digits"),
        ([DATA, b"x", END], 2, "pairs of hexadecimal digits"),
        ([DATA + b" ", END], 1, "pairs of hexadecimal digits"),
        ([b" " + DATA, END], 1, "pairs of hexadecimal digits"),
        ([DATA + b"\r\r", END], 1, "pairs of hexadecimal digits"),
        ([DATA.replace(b"0", "٠".encode()), END], 1, "pairs of hexadecimal digits"),
        ([record(6, 0, b""), END], 1, "no record type 6"),
        ([record(255, 0, b""), END], 1, "no record type 255"),
        ([DATA, record(1, 0, b"a")], 2, "type 1 has 0 bytes of data, not 1"),
        ([record(2, 0, b"a"), END], 1, "type 2 has 2 bytes of data, not 1"),
        ([record(4, 0, b""), END], 1, "type 4 has 2 bytes of data, not 0"),
        ([record(3, 0, b"abc"), END], 1, "type 3 has 4 bytes of data, not 3"),
        ([record(5, 0, b"abcde"), END], 1, "type 5 has 4 bytes of data, not 5"),
        ([record(4, 1, b"\x08\x00"), END], 1, "type 4 has the address 0"),
        ([record(5, 0, b"abcd"), record(5, 0, b"abcd"), END], 2, "start address is given twice"),
        ([record(3, 0, b"abcd"), record(5, 0, b"abcd"), END], 2, "start address is given twice"),
        ([DATA, DATA, END], 2, "overlaps"),
        ([DATA, record(0, 0x10F, b"a"), END], 2, "overlaps"),
        ([DATA, record(0, 0xFF, b"ab"), END], 2, "overlaps"),
        ([record(0, 5, b"a"), record(0, 0, b"abcdefgh"), END], 2, "overlaps"),
        ([DATA], 1, "end record is missing"),
        ([DATA, b"", b""], 1, "end record is missing"),
        ([DATA, END, DATA], 3, "after the end record"),
        ([DATA, END, END], 3, "after the end record"),
        ([DATA, END, b"", DATA], 3, "after the end record"),
        ([DATA, b"", END], 2, "blank line"),
        ([b"", DATA, END], 1, "blank line"),
    ],
)
def test_the_first_bad_line_is_named(lines: list[bytes], line: int, fault: str) -> None:
    with pytest.raises(BadRecord, match=f"^Line {line}: .*{fault}"):
        segments(lines)


def test_the_segments_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intel_hex, "SEGMENT_LIMIT", 3)
    lines = [record(0, address, b"a") for address in (0, 2, 4)]
    assert len(segments([*lines, END])) == 3
    with pytest.raises(BadRecord, match=r"^Line 4: .*more than 3 segments"):
        segments([*lines, record(0, 6, b"a"), END])


def test_the_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intel_hex, "LINE_LIMIT", 3)
    message = "^Line 4: a file has at most 3 lines$"
    assert len(segments([DATA, END, b""])) == 1
    for lines in ([DATA, END, b"", b""], [record(0, 0, b"")] * 4, [record(4, 0, b"\0\0")] * 4, [b""] * 4):
        with pytest.raises(BadRecord, match=message):
            segments(lines)
    with pytest.raises(BadRecord, match=r"^Line 2: "):
        segments([DATA, b"x", END, END])


def test_a_file_of_the_largest_size_in_usual_records_has_lines_left() -> None:
    page = pages(1)
    lines = page.count(b"\n") * (settings().presigned_firmware_limit / len(page.replace(b"\r", b"")))
    assert lines < intel_hex.LINE_LIMIT


@pytest.mark.parametrize("seed", range(20))
def test_in_any_order_the_data_fills_the_same(seed: int) -> None:
    """Compared with a set of bytes: pieces of one to four bytes, some missing, forwards, backwards and shuffled."""
    chance = random.Random(seed)
    pieces, at = list[tuple[int, int]](), 0
    while at < 1000:
        size = chance.randrange(1, 5)
        pieces.append((at, size))
        at += size + chance.choice((0, 0, 0, 1))
    there = {byte for at, size in pieces for byte in range(at, at + size)}
    expected = [
        (at, next(n for n in range(1, 1001) if at + n not in there)) for at in sorted(there) if at - 1 not in there
    ]
    orders = [pieces, pieces[::-1], pieces[::2] + pieces[1::2], chance.sample(pieces, len(pieces))]
    for order in orders:
        assert segments([*(record(0, at, bytes(size)) for at, size in order), END]) == expected
        again = chance.choice(order)
        with pytest.raises(BadRecord, match=rf"^Line {len(order) + 1}: .*overlaps"):
            segments([*(record(0, at, bytes(size)) for at, size in order), record(0, *again[:1], b"a"), END])


def test_a_file_of_many_records_is_one_segment() -> None:
    lines = [
        line
        for page in range(4)
        for line in (record(4, 0, bytes([0, page])), *(record(0, at, bytes(16)) for at in range(0, 0x10000, 16)))
    ]
    assert segments([*lines, END]) == [(0, 4 * 0x10000)]


def outcome(checker: Checker, doing: Iterable[object]) -> str:
    """What comes of a file: the segments, or what is wrong with it."""
    try:
        for _ in doing:
            pass
        return f"{checker.segments()}"
    except BadRecord as fault:
        return f"{fault}"


def by_lines(data: bytes) -> str:
    """What comes of a file that is read line by line."""
    checker = Checker()
    return outcome(checker, map(checker.read, io.BytesIO(data)))


def in_pieces(pieces: Iterable[bytes]) -> str:
    """What comes of a file in pieces."""
    checker = Checker()
    return outcome(checker, map(checker.feed, pieces))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (firmware(40), "(Segment(start=0, length=40),)"),
        (firmware(40).replace(b"\r", b"").rstrip(), "(Segment(start=0, length=40),)"),
        (firmware(20, 0xFFF8) + b"\r\n\n\r\n", "(Segment(start=65528, length=20),)"),
        (firmware(40).replace(END, b""), "Line 4: the end record is missing"),
        (firmware(40) + b"\r\n" + END, "Line 6: there is something after the end record"),
        (firmware(40) + b":", "Line 6: there is something after the end record"),
        (firmware(40).replace(b"\r\n", b"\r\n\n", 1), "Line 2: a blank line can only stand at the end"),
        (firmware(40)[:-20], "Line 4: a record is a colon and 5 to 260 pairs"),
        (firmware(40)[:-1].replace(b"\n", b"\r"), "Line 1: a record is a colon and 5 to 260 pairs"),
        (record(0, 0, bytes(255)) + b"\r\n" + END, "(Segment(start=0, length=255),)"),
        (b":" + b"0" * 1000 + b"\n" + END, "Line 1: a record is a colon and 5 to 260 pairs of hexadecimal digits"),
        (b":" + b"0" * 3000, "Line 1: a record is a colon and 5 to 260 pairs of hexadecimal digits"),
        (END + b"\n" + b"0" * 3000, "Line 2: there is something after the end record"),
        (END + b"\n\n" + b"\0" * 3000, "Line 2: there is something after the end record"),
        (b"", "Line 1: the end record is missing"),
        (b"\n\n", "Line 1: the end record is missing"),
    ],
)
def test_a_file_in_pieces_is_the_file_line_by_line(data: bytes, expected: str) -> None:
    assert by_lines(data).startswith(expected)
    for size in (1, 2, 7, 100, 1000, 1001, len(data) + 1):
        assert in_pieces(data[at : at + size] for at in range(0, len(data), size)) == by_lines(data)
    for cut in range(min(len(data), 200)):
        assert in_pieces([data[:cut], data[cut:]]) == by_lines(data)
        assert in_pieces([data[:cut], b"", data[cut:], b""]) == by_lines(data)


@pytest.mark.parametrize("before", [[], [DATA], [DATA, END]])
@pytest.mark.parametrize("filling", [b"0", b"\r", b"\0", b" ", b":"])
def test_a_line_without_an_end_is_refused_before_it_is_held(before: list[bytes], filling: bytes) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b"\n".join([*before, b":"])
        for _ in range(50_000):
            taken += 100
            yield filling * 100

    assert in_pieces(endless()).startswith(f"Line {len(before) + 1}: ")
    assert taken == 1000
