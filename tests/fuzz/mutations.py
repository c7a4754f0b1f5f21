"""Files and forms with something wrong in them, made from good ones by chance."""

import re
import struct
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from tests.support.hex_files import record

EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Numbers at which counts and lengths change their meaning."""

T = TypeVar("T")

_PNG = b"\x89PNG\r\n\x1a\n"

Mutation = Callable[[bytearray, Random, Sequence[bytes]], None]


def _flip(data: bytearray, chance: Random, _others: Sequence[bytes]) -> None:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _set(data: bytearray, chance: Random, _others: Sequence[bytes]) -> None:
    data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))


def _number(data: bytearray, chance: Random, _others: Sequence[bytes]) -> None:
    """A length, a count or a size, wherever it is, that is another: at an edge, or a little more or less."""
    width = chance.choice((1, 2, 3, 4))
    order = chance.choice(("little", "big"))
    at = chance.randrange(min(len(data), chance.choice((64, 1024, len(data)))))
    there = int.from_bytes(data[at : at + width], order)
    number = chance.choice((*EDGES, there + 1, there - 1, there * 2, chance.getrandbits(32)))
    data[at : at + width] = (number % (1 << 8 * width)).to_bytes(width, order)


def _truncate(data: bytearray, chance: Random, _others: Sequence[bytes]) -> None:
    del data[chance.randrange(len(data)) :]


def _delete(data: bytearray, chance: Random, _others: Sequence[bytes]) -> None:
    start, stop = _part(data, chance)
    del data[start:stop]


def _insert(data: bytearray, chance: Random, _others: Sequence[bytes]) -> None:
    at = chance.randrange(len(data))
    data[at:at] = chance.randbytes(chance.randint(1, 40))


def _repeat(data: bytearray, chance: Random, _others: Sequence[bytes]) -> None:
    start, stop = _part(data, chance)
    at = chance.choice((start, stop, chance.randrange(len(data))))
    data[at:at] = data[start:stop] * chance.choice((1, 1, 2, 50))


def _splice(data: bytearray, chance: Random, others: Sequence[bytes]) -> None:
    other = chance.choice(others)
    start, stop = _part(other, chance)
    at, _ = _part(data, chance)
    data[at : at + chance.choice((0, stop - start))] = other[start:stop]


def _join(data: bytearray, chance: Random, others: Sequence[bytes]) -> None:
    other = chance.choice(others)
    del data[chance.randrange(len(data)) :]
    data += other[chance.randrange(len(other)) :]


_MUTATIONS: Sequence[Mutation] = (
    *(_flip, _set, _set, _number, _number, _number, _number),
    *(_truncate, _delete, _insert, _repeat, _splice, _join),
)


def _part(data: bytes | bytearray, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 4, 16, 256, 4096)))


def mutated(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    """The bytes with one to four things done to them, at times with parts of ``others``."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        if made:
            chance.choice(_MUTATIONS)(made, chance, others)
    return bytes(made)


def mutated_picture(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    """The same; the checksums of a PNG are put right, mostly, so that more of it is read."""
    made = mutated(data, chance, others)
    return _checked(made) if made.startswith(_PNG) and chance.random() < 0.7 else made


def _checked(data: bytes) -> bytes:
    made, at = bytearray(data), len(_PNG)
    while at + 12 <= len(made):
        (length,) = struct.unpack(">I", made[at : at + 4])
        end = at + 8 + length
        if end + 4 > len(made):
            break
        made[end : end + 4] = struct.pack(">I", zlib.crc32(made[at + 4 : end]))
        at = end + 4
    return bytes(made)


def mutated_hex(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    """An Intel HEX file whose records are other ones, with good checksums mostly; or whose bytes are."""
    if chance.random() < 0.4:
        return mutated(data, chance, others)
    lines = re.split(rb"\r?\n", data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                lines[at] = record(chance.randrange(8), chance.getrandbits(16), chance.randbytes(chance.randrange(40)))
            case 1:
                lines[at] = record(chance.choice((2, 3, 4, 5)), 0, chance.randbytes(chance.choice((2, 4))))
            case 2:
                lines.insert(at, chance.choice(lines))
            case 3:
                lines[at] = lines[at].lower() + chance.choice((b"", b" ", b"\r", b"\0", b"00"))
            case 4:
                lines[at] = chance.choice((b"", b":", b":00", b"::", chance.randbytes(20), lines[at][:-1]))
            case _:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
    return chance.choice((b"\n", b"\r\n", b"\r")).join(lines)


_HEADERS = (
    "Content-Disposition: form-data",
    'Content-Disposition: form-data; name=""',
    "Content-Disposition: attachment; name=image",
    "Content-Disposition: form-data; name=image; filename*=UTF-8''a%00.jpg",
    'Content-Disposition: form-data; name="image"; filename="' + "a" * 5000 + '"',
    'Content-Disposition: form-data; name="image"; filename="..\\..\\a\\"b.jpg"',
    'Content-Disposition: form-data; name="image"; name="description"',
    "Content-Transfer-Encoding: base64",
    "Content-Type: multipart/mixed; boundary=B",
    "Content-Type: text/plain; charset=utf-7",
    "Content-Type: text/plain; charset=no-such-charset",
    "Content-Length: -1",
    "X: " + "y" * 9000,
    ": no name",
    "no colon",
    " folded",
    "é: \udcff",
)
_BOUNDARIES = ("", "-", "--", '"B"', '"B', "B\r\nX: y", "é", "B" * 200, " B", "B;charset=utf-16", "=", "'B'", "B/?:=")


def mutated_form(name: str, file: bytes, chance: Random) -> tuple[bytes, str]:
    """A multipart body with a file in it, and its content type, with some things odd about them."""

    def odd(good: T, *others: T) -> T:
        return chance.choice(others) if chance.random() < 0.12 else good

    boundary = odd("B", *_BOUNDARIES)
    line = odd(b"\r\n", b"\n", b"\r")
    edge = b"--" + boundary.encode() + line
    parts: list[bytes] = []
    for field in odd([name], [], [name, name], [name, "description", "isPublic"], [name, "x"] * 100):
        head = [f'Content-Disposition: form-data; name="{odd(field, "", "é", "a" * 300)}"']
        if field == name:
            file_name = odd("a.hex", "", "é", "a" * 300, "a\\.hex", 'a".hex')
            head[0] += f'; filename="{file_name}"'
        head += odd([], [chance.choice(_HEADERS)], [*_HEADERS])
        content = file if field == name else b"true"
        heading = line.join(part.encode("utf-8", "surrogateescape") for part in odd(head, head[::-1], []))
        parts.append(edge + heading + odd(line * 2, line, line * 3, b"") + odd(content, b"", edge, b"--B--") + line)
    end = odd(edge.rstrip() + b"--" + line, b"", edge, edge[:-1], edge.rstrip() + b"-")
    body = odd(b"", b"preamble", line) + b"".join(parts) + end + odd(b"", b"epilogue")
    media_type = odd("multipart/form-data", "multipart/mixed", "Multipart/Form-Data ", "", ";;", "text/plain")
    content_type = f"{media_type}; boundary={boundary}{odd('', '; charset=x', ';', '; boundary=C')}"
    return odd(body, mutated(body, chance, [file or b"-"]) if body else b""), content_type
