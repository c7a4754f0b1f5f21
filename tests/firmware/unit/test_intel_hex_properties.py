"""Mutated Intel HEX files: accepted just when two independent parsers accept them, but for the cases listed here."""

import io
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, cast

import bincopy
import intelhex
from hypothesis import given, settings
from hypothesis import strategies as st

from constellation.firmware.intel_hex import BadRecord, Checker
from tests.support.hex_files import END, record

Lines = list[bytes]

FILES: Sequence[Lines] = (
    [record(0, 0, bytes(range(16))), record(0, 16, b"abc"), END],
    [
        record(4, 0, b"\x08\x00"),
        record(0, 0, b"abcd"),
        record(0, 0xFFFE, b"ab"),
        record(5, 0, b"\x08\x00\x00\x01"),
        END,
    ],
    [record(2, 0, b"\x10\x00"), record(0, 4, b"abcd"), record(3, 0, b"\x10\x00\x00\x04"), record(0, 0, b"xyz"), END],
    [record(0, 2, b"a"), record(0, 0, b"bc"), record(0, 8, b""), END],
)


def accepted_by_us(text: bytes) -> bool:
    """Whether the product takes the file."""
    checker = Checker()
    try:
        for line in io.BytesIO(text):
            checker.read(line)
        checker.segments()
    except BadRecord:
        return False
    return True


def accepted_by_both(text: bytes) -> bool:
    """Whether intelhex and bincopy take it."""
    readers: Sequence[Callable[[str], Any]] = (
        lambda content: cast("Any", intelhex).IntelHex(io.StringIO(content)),
        lambda content: cast("Any", bincopy).BinFile().add_ihex(content),
    )
    try:
        for reader in readers:
            reader(text.decode("ascii"))
    except Exception:  # both let what they did not foresee come through, as a ValueError of int() or the like
        return False
    return True


def choice(text: bytes) -> str | None:
    """Why the product decides otherwise than both; None where there is no such reason."""
    lines = [line.rstrip(b"\r\n") for line in text.split(b"\n")]
    filled = [line for line in lines if line]
    ends = [number for number, line in enumerate(filled) if line[7:9] == b"01"]
    if not ends:
        return "the end record is missing: a file that was cut off must not pass for a whole one"
    if ends[0] != len(filled) - 1:
        return "there is something after the end record, which some readers load and others do not"
    if b"" in lines[: lines.index(filled[-1])]:
        return "a blank line between records is where a line was lost"
    kinds = {line[7:9] for line in filled}
    if {b"02", b"04"} <= kinds:
        return "bincopy adds segment and linear base addresses, where the last one counts"
    if any(line.startswith(b":00") and line[7:9] == b"00" for line in filled):
        return "a data record without data overlaps with nothing; bincopy has it overlap with what lies around it"
    return None


def mutated(random: Random) -> bytes:
    """One of the files with a few changes: characters, lines, and bytes under a checksum that is right again."""
    lines = list(random.choice(FILES))
    for _ in range(random.randint(0, 3)):
        number = random.randrange(len(lines)) if lines else 0
        match random.randint(0, 7):
            case 0 if lines:
                del lines[number]
            case 1 if lines:
                lines.insert(random.randint(0, len(lines)), lines[number])
            case 2 if lines:
                lines[0], lines[number] = lines[number], lines[0]
            case 3 if lines:
                at = random.randrange(max(len(lines[number]), 1))
                lines[number] = (
                    lines[number][:at] + random.choice((b"0", b"F", b":", b" ", b"")) + lines[number][at + 1 :]
                )
            case 4 if lines:
                lines[number] = repaired(lines[number], random.randint(0, 20), random.randint(0, 255))
            case 5 if lines:
                lines[number] = lines[number].lower()
            case 6:
                lines.insert(number, b"")
            case _:
                lines.append(b"")
    return random.choice((b"\n", b"\r\n")).join(lines)


def repaired(line: bytes, at: int, value: int) -> bytes:
    """A record with another byte, and the length and the checksum that then are right; another line as it is."""
    try:
        content = bytearray.fromhex(line[1:-2].decode())
    except ValueError:
        return line
    if at >= len(content) or at == 0:
        return line
    content[at] = value
    return b":" + (bytes(content) + bytes([-sum(content) & 0xFF])).hex().upper().encode()


@settings(max_examples=10_000, deadline=None)
@given(st.randoms(use_true_random=True))  # one draw a file: thirty take longer than the parsers
def test_mutated_files_are_taken_when_two_parsers_take_them(random: Random) -> None:
    text = mutated(random)
    if accepted_by_us(text) != accepted_by_both(text):
        assert choice(text), text
