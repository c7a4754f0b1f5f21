"""The order of a collection: a list of image ids, cut into parts that are read and written one by one.

A part has a number, and the parts come in the order of their numbers. Two neighbours that fit into one part do not stay
two. So a collection of 10,000 images has at most 80 parts, and all of them fit into one transaction. Where two parts
become one, it keeps the larger number: whoever reads on from a number misses nothing.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

MOST = 250
"""The ids of a part. With 16 bytes each, a full part is read by one unit."""

_BYTES = 16


class Part(NamedTuple):
    """A part of the order."""

    number: int
    ids: tuple[str, ...]


class Change(NamedTuple):
    """What makes one order of another: the parts to write, and the numbers of those to delete."""

    written: list[Part]
    deleted: list[int]


def appended(last: Part | None, ids: Sequence[str]) -> list[Part]:
    """Return the parts that an order ends with once ids are added, given the one that it ends with now."""
    if last is None or len(last.ids) == MOST:
        last = Part(last.number + 1 if last else 0, ())
    ids = (*last.ids, *ids)
    return [
        Part(number, tuple(ids[start : start + MOST]))
        for number, start in enumerate(range(0, len(ids), MOST), last.number)
    ]


def without(parts: Sequence[Part], gone: Collection[str]) -> list[Part]:
    """Return an order without some ids."""
    kept = list[Part]()
    for number, ids in parts:
        left = tuple(id_ for id_ in ids if id_ not in gone)
        if kept and len(kept[-1].ids) + len(left) <= MOST:
            left = (*kept.pop().ids, *left)
        kept += [Part(number, left)] if left else []
    return kept


def arranged(parts: Sequence[Part], first: Sequence[str]) -> list[Part]:
    """Return an order with some of its ids first, in this order, and the others after them as they were."""
    moved = set(first)
    ids = (*first, *(id_ for part in parts for id_ in part.ids if id_ not in moved))
    return [
        Part(part.number, ids[start : start + MOST])
        for part, start in zip(parts, range(0, len(ids), MOST), strict=False)
    ]


def change(before: Sequence[Part], after: Sequence[Part]) -> Change:
    """Return what makes the order ``after`` of the order ``before``."""
    left, kept = set(before), {part.number for part in after}
    return Change(
        [part for part in after if part not in left], [each.number for each in before if each.number not in kept]
    )


def to_bytes(ids: Sequence[str]) -> bytes:
    """Return ids as the table holds them."""
    return bytes.fromhex("".join(ids).replace("-", ""))


def from_bytes(data: bytes) -> tuple[str, ...]:
    """Return the ids that ``to_bytes`` made this of."""
    texts = (data[start : start + _BYTES].hex() for start in range(0, len(data), _BYTES))
    return tuple(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" for text in texts)
