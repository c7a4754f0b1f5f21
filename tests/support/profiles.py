"""Colour profiles in tests, made tag by tag (ICC.1:2022), and what can be hidden in them."""

import random
import struct
from collections.abc import Mapping

HEADER = 128

_XYZ = {
    b"wtpt": (63190, 65536, 54061),
    b"rXYZ": (28578, 14581, 912),
    b"gXYZ": (25240, 46982, 6362),
    b"bXYZ": (9371, 3973, 46788),
}
_PRIMARIES = {name: b"XYZ " + bytes(4) + struct.pack(">III", *values) for name, values in _XYZ.items()}


def sampled(seed: int, points: int = 64) -> bytes:
    """A curve of samples that rises in uneven steps."""
    chance = random.Random(seed)
    values = sorted(chance.randrange(65536) for _ in range(points))
    return b"curv" + struct.pack(">4xI", points) + struct.pack(f">{points}H", *values)


def parametric(*parameters: float) -> bytes:
    """A curve of a formula; how many parameters there are says which."""
    kind = (1, 3, 4, 5, 7).index(len(parameters))
    return (
        b"para"
        + struct.pack(">4xHH", kind, 0)
        + b"".join(struct.pack(">i", round(each * 65536)) for each in parameters)
    )


def _grid(seed: int, points: int, precision: int) -> bytes:
    return random.Random(seed).randbytes(points**3 * 3 * precision)


_MATRIX = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)


def bytes_table() -> bytes:
    """A table of the type ``mft1``, from RGB to a connection space."""
    ramp = bytes(range(256))
    return b"mft1" + bytes(4) + bytes([3, 3, 5, 0]) + _MATRIX + ramp * 3 + _grid(1, 5, 1) + ramp * 3


def words_table() -> bytes:
    """The same of the type ``mft2``."""
    ramp = struct.pack(">3H", 0, 30_000, 65535)
    head = b"mft2" + bytes(4) + bytes([3, 3, 5, 0]) + _MATRIX + struct.pack(">HH", 3, 3)
    return head + ramp * 3 + _grid(2, 5, 2) + ramp * 3


def stages() -> bytes:
    """The same of the type ``mAB ``, all of its stages."""
    curves = parametric(1.5) * 3
    blocks = (
        curves,
        struct.pack(">12i", *(65536, 0, 0, 0, 65536, 0, 0, 0, 65536, 0, 0, 0)),
        curves,
        bytes([5, 5, 5]) + bytes(13) + b"\x02\0\0\0" + _grid(3, 5, 2),
        sampled(4) * 3,
    )
    places, body = list[int](), b""
    for block in blocks:
        places.append(32 + len(body))
        body += block + bytes(-len(block) % 4)
    return b"mAB " + bytes(4) + bytes([3, 3, 0, 0]) + struct.pack(">5I", *places) + body


def described(text: bytes, version: int = 2) -> bytes:
    """A description."""
    if version == 2:
        return b"desc" + struct.pack(">4xI", len(text) + 1) + text + bytes(79)
    return b"mluc" + struct.pack(">4xII4sII", 1, 12, b"enUS", len(text), 28) + text


def built(
    tags: Mapping[bytes, bytes],
    *,
    version: int = 2,
    space: bytes = b"RGB ",
    connection: bytes = b"XYZ ",
    gap: bytes = b"",
    behind: bytes = b"",
    reserved: bytes = bytes(28),
) -> bytes:
    """A profile with these tags, ``gap`` between them and ``behind`` the last."""
    table, content, at = struct.pack(">I", len(tags)), gap, HEADER + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", at + len(content), len(tag))
        content += tag + bytes(-len(tag) % 4) + gap
    content += behind
    head = struct.pack(
        ">I4x4s4s4s4s12x4s", at + len(content), bytes([version, 0, 0, 0]), b"mntr", space, connection, b"acsp"
    )
    return head + bytes(28) + struct.pack(">III", 63190, 65536, 54061) + bytes(20) + reserved + table + content


def matrix(**curves: bytes) -> dict[bytes, bytes]:
    """The tags of an RGB profile by its primaries; of the curves those that are given."""
    made = {name.encode(): curve for name, curve in curves.items()}
    return _PRIMARIES | {b"rTRC": sampled(1), b"gTRC": parametric(2.2), b"bTRC": parametric(2.4, 0.9, 0.1)} | made


KINDS: Mapping[str, bytes] = {
    "primaries": built(matrix()),
    "formulas": built(
        matrix(
            rTRC=parametric(2.4, 0.9, 0.1, 0.05),
            gTRC=parametric(2.4, 0.9, 0.1, 0.07, 0.04),
            bTRC=parametric(2.4, 0.9, 0.1, 0.07, 0.04, 0, 0),
        ),
        version=4,
    ),
    "grey": built({b"wtpt": _PRIMARIES[b"wtpt"], b"kTRC": sampled(5)}, space=b"GRAY"),
    "bytes": built({b"wtpt": _PRIMARIES[b"wtpt"], b"A2B0": bytes_table()}, connection=b"Lab "),
    "words": built({b"A2B0": words_table(), b"A2B1": words_table()}, connection=b"Lab "),
    "stages": built({b"A2B0": stages()}, version=4, connection=b"Lab "),
}
"""A sound profile of each kind."""
