"""The repair of a list's totals: count again, and correct what is wrong.

Bytes that are kept after a deletion are not counted again: only a scan of all tombstones would tell them.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, product
from typing import TypedDict

from constellation.accounts import usage_store as lists
from constellation.accounts.counts import BINARY, IMAGE, Count
from constellation.common.times import to_wire
from constellation.firmware import store as firmware
from constellation.images import lists as images_lists
from constellation.images.lists import Span
from constellation.images.model import PUBLIC

RECOUNT = (
    lists.READ,
    images_lists.READ_PUBLIC_UPDATED,
    images_lists.READ_OWN_UPDATED,
    lists.CORRECT,
    firmware.SCAN,
    firmware.READ_MANY,
)
"""What a function that recounts needs."""

_SETTLED = timedelta(seconds=60)
_DIGITS = "0123456789abcdef"

_BINARIES_AT_ONCE = 1000


_Part = tuple[str, str]
"""What is counted, IMAGE or BINARY, and the first digit of the ids."""


class Report(TypedDict):
    """What was counted, how many of the parts were wrong, and how many were too much in use to tell."""

    list: str
    counted: int
    corrected: int
    skipped: int


def recount(list_: str, now: datetime) -> Report:
    """Count a list's files and bytes and correct its totals. Safe to repeat, and while the list is in use.

    A user's are images and binaries; the latter take a look at all binaries that there are. A part that has changed
    within the last minute, or changes meanwhile, is left for another time.
    """
    seen = lists.find(list_)
    totals, sizes = defaultdict[_Part, int](int), defaultdict[_Part, int](int)
    for part, size in chain(_images(list_), _binaries(list_) if list_ != PUBLIC else ()):
        totals[part] += 1
        sizes[part] += size
    corrected = skipped = 0
    for kind, digit in product((IMAGE, BINARY), _DIGITS):
        part = kind, digit
        before = seen.of(kind).get(digit, Count())
        if (before.total, before.size) == (totals[part], sizes[part]):
            continue
        counted = Count(totals[part], sizes[part], to_wire(now))
        if before.changed_at < to_wire(now - _SETTLED) and lists.correct(list_, kind, digit, before, counted):
            corrected += 1
        else:
            skipped += 1
    return {"list": list_, "counted": sum(totals.values()), "corrected": corrected, "skipped": skipped}


def _images(list_: str) -> Iterator[tuple[_Part, int]]:
    """The parts that the images of a list belong to, and their sizes."""
    for entry in images_lists.by_change(list_, Span(ascending=True)):
        yield (IMAGE, entry.id[0]), entry.size


def _binaries(user_id: str) -> Iterator[tuple[_Part, int]]:
    """The same of the binaries that a user has uploaded, wherever they are."""
    place = ""
    while True:
        ids, place = firmware.confirmed_part(place, _BINARIES_AT_ONCE)
        for found in firmware.get_many(ids, consistent=True).values():
            if found.binary and found.binary.uploader == user_id:
                yield (BINARY, found.id[0]), found.binary.size
        if not place:
            return
