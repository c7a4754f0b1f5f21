"""Purge from the CDN what it must no longer hold: deleted images, and links that must be signed from now on.

Its cache is never what hides them. A deleted image is hidden first: the CDN's edge function refuses it within seconds,
whatever is cached. When everything that was under way has ended, its copies are purged, many images by one invalidation
and never more at a time than the CDN accepts. Then the image need be hidden no longer.

The CDN purges by tags. Each image has a tag of its own. When a whole folder is deleted, the tag of the folder stands
for all images that never lay elsewhere, so that a large folder costs little more than a small one.

An image whose access becomes ``signed`` is hidden and purged like a deleted one, only that its signed links go on. What
is to be forgotten but need not be hidden, such as a variant that has changed, is purged at once if the CDN accepts it,
and some times a minute. What changes more often waits for the purge of that minute: each path has a price.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from constellation.aws import cdn
from constellation.cleanup import hidden_store, purge_store
from constellation.cleanup.purge_store import Run, Waiting
from constellation.common.times import to_wire
from constellation.runtime.operation import operation

EVERY = timedelta(minutes=1)
"""How often the purge runs."""

PATHS = 2500
"""Tags under way at a time. The CDN accepts 3,000; the rest is left to those who invalidate by hand."""

AT_ONCE = 4
"""How many times a minute a tag is purged at once. A change of a variant asks for it twice."""

TOGETHER = 500
"""Tags that are purged at once together: each is counted by a call, and one invalidation holds 3,000 at most."""

NOT_HIDDEN = "-"
"""The mark of what was never hidden."""

IMAGES_OF_RUN = 4000
"""Images of one run."""

BYTES_OF_RUN = 300_000
"""About how many bytes of names the record of a run holds. An item holds at most 400 KB."""


@operation(grants=[hidden_store.SHOW, purge_store.WORK, cdn.PURGE, cdn.WATCH])
def purge() -> dict[str, int]:
    """End the runs that the CDN is done with, and begin one. Return how many images are done, under way and waiting.

    Safe to repeat, and to be done twice at once.
    """
    found = purge_store.runs()
    under_way = [run for run in found if not _is_over(run)]
    done = sum(len(run.images) for run in found if run not in under_way)
    begun = {image for run in under_way for image in run.images}
    waiting = [each for each in purge_store.waiting(IMAGES_OF_RUN) if each.image not in begun]
    chosen = _within(waiting, PATHS - sum(len(run.tags) for run in under_way))
    if chosen:
        _request(purge_store.begin(chosen))
    return {"forgotten": done, "under_way": len(begun) + len(chosen), "waiting": len(waiting) - len(chosen)}


@operation(grants=[cdn.PURGE, purge_store.WAIT, purge_store.PURGE_AT_ONCE])
def purge_tags(tags: Collection[str], now: datetime) -> None:
    """Have the CDN forget what has one of some tags: at once, or within minutes while too many are under way.

    A tag that was purged AT_ONCE times in this minute waits for the purge of the minute, and so does what is more than
    TOGETHER.
    """
    first = sorted(tags)[:TOGETHER]
    at_once = {tag for tag in first if purge_store.may_purge_at_once(tag, AT_ONCE, now)}
    told = "\n".join([to_wire(now), *sorted(at_once)])
    is_purged = at_once and cdn.purge(at_once, hashlib.sha256(told.encode()).hexdigest()[:32])
    purge_store.wait_together({*tags} - at_once if is_purged else tags, now, NOT_HIDDEN)


def _is_over(run: Run) -> bool:
    """Return whether a run has come to its end, and end it then. One that a kill has interrupted goes on."""
    if run.invalidation is None:
        purge_store.stop_waiting(run)
        _request(run)
        return False
    if not cdn.is_purged(run.invalidation):
        return False
    hidden_store.show(run.deleted)
    hidden_store.show_unsigned({image: mark for image, mark in run.marks.items() if mark != NOT_HIDDEN})
    purge_store.end(run)
    return True


def _request(run: Run) -> None:
    """Request the invalidation of a run. If the CDN has too many under way, the next call does it."""
    invalidation = cdn.purge(run.tags, run.reference)
    if invalidation:
        purge_store.note(run, invalidation)


def _within(waiting: Sequence[Waiting], room: int) -> list[Waiting]:
    """Return those that wait whose tags, together, are no more than ``room``, and which one record can name."""
    chosen: list[Waiting] = []
    tags, left = set[str](), BYTES_OF_RUN
    for each in waiting:
        if (each.tag in tags or len(tags) < room) and each.size <= left:
            tags.add(each.tag)
            left -= each.size
            chosen.append(each)
    return chosen
