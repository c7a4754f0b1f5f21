"""Recount a list: count its files and bytes, and the images of its tags, and correct totals that are wrong.

Bytes that are kept after a deletion are not counted again, because only a scan of all tombstones would find them.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, product
from typing import TypedDict

from constellation.cleanup.tag_totals import mend_totals_of
from constellation.common.times import to_wire
from constellation.firmware import store as firmware_store
from constellation.images import lists, usage_store
from constellation.images.counts import BINARY, IMAGE, Count
from constellation.images.lists import Span
from constellation.images.model import PUBLIC
from constellation.runtime.operation import operation

_SETTLED = timedelta(seconds=60)
_DIGITS = "0123456789abcdef"
_BINARIES_TOGETHER = 1000

_Part = tuple[str, str]
"""What is counted, IMAGE or BINARY, and the first digit of the ids."""


class Report(TypedDict):
    """How many files were counted, and how many parts were corrected or were too much in use to tell."""

    list: str
    counted: int
    corrected: int
    skipped: int


@operation(
    grants=[
        usage_store.READ,
        usage_store.CORRECT,
        lists.READ_PUBLIC_UPDATED,
        lists.READ_OWN_UPDATED,
        firmware_store.SCAN,
        firmware_store.READ_MANY,
    ],
    uses=[mend_totals_of],
)
def recount(list_: str, now: datetime) -> Report:
    """Count the files, bytes and tags of a list and correct its totals. Safe to repeat, and while the list is in use.

    The list of a user has images and binaries. To find the latter, all binaries are read. A part that has changed
    within the last minute, or changes meanwhile, is skipped.
    """
    seen = usage_store.find(list_)
    totals, sizes = defaultdict[_Part, int](int), defaultdict[_Part, int](int)
    for part, size in chain(_images(list_), _binaries(list_) if list_ != PUBLIC else ()):
        totals[part] += 1
        sizes[part] += size
    corrected, skipped = mend_totals_of(list_)
    for kind, digit in product((IMAGE, BINARY), _DIGITS):
        part = kind, digit
        before = seen.of(kind).get(digit, Count())
        if (before.total, before.size) == (totals[part], sizes[part]):
            continue
        counted = Count(totals[part], sizes[part], to_wire(now))
        if before.changed_at < to_wire(now - _SETTLED) and usage_store.correct(list_, kind, digit, before, counted):
            corrected += 1
        else:
            skipped += 1
    return {"list": list_, "counted": sum(totals.values()), "corrected": corrected, "skipped": skipped}


def _images(list_: str) -> Iterator[tuple[_Part, int]]:
    """Yield the part and the size of each image in a list."""
    for entry in lists.by_change(list_, Span(ascending=True)):
        yield (IMAGE, entry.id[0]), entry.size


def _binaries(user_id: str) -> Iterator[tuple[_Part, int]]:
    """Yield the part and the size of each binary that a user has uploaded."""
    checkpoint = ""
    while True:
        ids, checkpoint = firmware_store.confirmed_part(checkpoint, _BINARIES_TOGETHER)
        for found in firmware_store.get_many(ids, consistent=True).values():
            if found.binary and found.binary.uploader == user_id:
                yield (BINARY, found.id[0]), found.binary.size
        if not checkpoint:
            return
