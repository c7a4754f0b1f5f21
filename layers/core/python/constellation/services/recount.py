"""The repair of a list's totals: count again, and correct what is wrong."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TypedDict

from constellation.domain.times import to_wire
from constellation.stores import lists
from constellation.stores.lists import Count, Span

RECOUNT = (lists.READ_TOTALS, lists.READ_PUBLIC_UPDATED, lists.READ_OWN_UPDATED, lists.REPAIR)
"""What a function that recounts needs."""

_SETTLED = timedelta(seconds=60)
_DIGITS = "0123456789abcdef"


class Report(TypedDict):
    """What was counted, how many of the sixteen parts were wrong, and how many were too much in use to tell."""

    list: str
    counted: int
    corrected: int
    skipped: int


def recount(list_: str, now: datetime) -> Report:
    """Count a list's images and bytes and correct its totals. Safe to repeat, and while the list is in use.

    A part that has changed within the last minute, or changes meanwhile, is left for another time.
    """
    seen = lists.state(list_).counts
    totals, sizes = defaultdict[str, int](int), defaultdict[str, int](int)
    for entry in lists.by_change(list_, Span(ascending=True)):
        totals[entry.id[0]] += 1
        sizes[entry.id[0]] += entry.size
    corrected = skipped = 0
    for digit in _DIGITS:
        before = seen.get(digit, Count())
        if (before.total, before.size) == (totals[digit], sizes[digit]):
            continue
        counted = Count(totals[digit], sizes[digit], to_wire(now))
        if before.changed_at < to_wire(now - _SETTLED) and lists.correct(list_, digit, before, counted):
            corrected += 1
        else:
            skipped += 1
    return {"list": list_, "counted": sum(totals.values()), "corrected": corrected, "skipped": skipped}
