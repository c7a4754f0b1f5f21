"""Counts of files in the images table, so that they change in one transaction with the files' items.

    pk LIST#<list>    sk COUNT#<digit>       total, bytes, changedAt, keptBytes: images
    pk LIST#<list>    sk FIRMWARE#<digit>    total, bytes, changedAt: binaries of firmware, for who uploaded them

The digit is the first one of the file's id: one item a list would be written too often. The search index keeps an item
with ``indexedTo`` beside the counts.
"""

from datetime import datetime
from typing import Any

from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import NEW, Part, Table
from constellation.common.times import to_wire
from constellation.images.counts import BINARY, IMAGE, Count, Counts

READ = Grant(IMAGES, ("dynamodb:Query",))
CORRECT = Grant(IMAGES, ("dynamodb:UpdateItem",))
COUNT = Grant(IMAGES, ("dynamodb:UpdateItem",))
"""The grant for the parts of a transaction that this module makes."""

_TABLE = Table(IMAGES)

_NAMES = {"total": "total", "bytes": "bytes"}


def find(list_: str) -> Counts:
    """Return the counts of a list as of a moment ago, in one read of half a unit or one."""
    counts: dict[str, dict[str, Count]] = {IMAGE: {}, BINARY: {}}
    indexed_to = ""
    for item in _TABLE.query("pk = :list", {"list": f"LIST#{list_}"}):
        kind, _, digit = item["sk"].partition("#")
        if kind in counts:
            counts[kind][digit] = Count(item["total"], item["bytes"], item["changedAt"], item.get("keptBytes", 0))
        else:
            indexed_to = item.get("indexedTo", "")
    return Counts(counts[IMAGE], counts[BINARY], indexed_to)


def to_count_image(list_: str, image_id: str, size: int, number: int, now: datetime, *, kept: int = 0) -> Part:
    """Return the part that counts an image of ``size`` bytes in (1) or out (-1) of a list.

    ``kept`` are bytes that a deletion leaves. They go on counting.
    """
    return _to_count(list_, IMAGE, image_id, size, number, now, kept)


def to_count_binary(user_id: str, firmware_id: str, size: int, number: int, now: datetime) -> Part:
    """Return the part that counts a binary of firmware in (1) or out (-1) for the user who uploaded it."""
    return _to_count(user_id, BINARY, firmware_id, size, number, now, 0)


def correct(list_: str, kind: str, digit: str, seen: Count, counted: Count) -> bool:
    """Replace a count of IMAGE or BINARY that was ``seen`` by what was ``counted``; False if it has changed since."""
    values = {"total": counted.total, "size": counted.size, "at": counted.changed_at}
    return _TABLE.try_update(
        _key(list_, kind, digit),
        "SET #total = :total, #bytes = :size, changedAt = :at",
        "changedAt = :seen" if seen.changed_at else NEW,
        values | ({"seen": seen.changed_at} if seen.changed_at else {}),
        _NAMES,
    )


def _to_count(list_: str, kind: str, id_: str, size: int, number: int, now: datetime, kept: int) -> Part:
    values: dict[str, Any] = {"now": to_wire(now), "number": number, "size": number * size}
    return _TABLE.to_update(
        _key(list_, kind, id_[0]),
        "SET changedAt = :now ADD #total :number, #bytes :size" + (", keptBytes :kept" if kept else ""),
        values=values | ({"kept": kept} if kept else {}),
        names=_NAMES,
    )


def _key(list_: str, kind: str, digit: str) -> dict[str, str]:
    return {"pk": f"LIST#{list_}", "sk": f"{kind}#{digit}"}
