"""The search index, brought up to date in slices, away from the requests that change images.

A list with few new images is left as it is: search looks through those itself. Each slice is written and then noted as
done, so that a run that is killed has lost one slice. A run has a budget of time; what is left then is asked for anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile
from typing import Any

from constellation.accounts import store as accounts
from constellation.accounts import usage_store as lists
from constellation.aws import queues
from constellation.aws.resources import INDEXING
from constellation.common.ids import new_id
from constellation.common.times import to_wire
from constellation.images import lists as images_lists
from constellation.images import scan_store
from constellation.images import store as images
from constellation.images.indexing_request import words_of
from constellation.images.lists import Entry, Span
from constellation.images.model import PUBLIC, Image
from constellation.runtime.chains import go_on
from constellation.search import store as words
from constellation.search.query import index_words
from constellation.search.store import Indexed

INDEX = (
    lists.READ,
    images_lists.READ_PUBLIC_UPDATED,
    images_lists.READ_OWN_UPDATED,
    images.READ,
    accounts.READ_MANY,
    words.COMPARE,
    words.WRITE,
    words.ADVANCE,
    words.FORGET,
    queues.ASK_FOR_INDEXING,
)
"""What the function that indexes needs."""

RESUME = (
    scan_store.SCAN_OWNED,
    lists.READ,
    images_lists.READ_PUBLIC_UPDATED,
    images_lists.READ_OWN_UPDATED,
    queues.ASK_FOR_INDEXING,
)
"""What a function needs that asks again for what is not indexed."""

FEWEST = 32
"""Images that a list must have beyond its index before they are indexed."""

SETTLED = timedelta(seconds=60)
"""How old a change must be: by then no function is still writing an older one, and the order shows it."""

TIMEOUT = 300
"""Seconds of the function that indexes: as long as one takes, the fewer have to ask for the rest."""

BUDGET = 220
"""Seconds of them after which no slice is begun any more; one takes a few."""

SLICE = 1000
"""Entries that are written before the progress is noted, or those of one image: forty calls, half a second."""

MOST_RUNS = 200
"""Messages of one list in a row; each that has no time left enters some 400,000 words."""


_AT_ONCE = 100
_LEASE = timedelta(seconds=90)
"""How long a run may be silent before another takes its place."""


def ask_again(message: Mapping[str, Any]) -> None:
    """Put a message for which there is no time back into the queue."""
    go_on(INDEXING, message, message, MOST_RUNS, done=True)


def resume(place: str, before: datetime, most: int) -> tuple[int, str]:
    """Ask for what should be in the index ``before`` and is not, of the public list and a part of the users' lists.

    The answer is for how many of them, and the place of the next part of ``most`` images; empty at the end.
    """
    owners, rest = scan_store.owners_before(place, most, before)
    late = [list_ for list_ in (PUBLIC, *sorted(owners)) if _is_behind(list_, before)]
    queues.send_many(INDEXING, ({"lists": [list_]} for list_ in late))
    return len(late), rest


def forget(image_id: str, owner: str | None, lost: Collection[str]) -> None:
    """Take words that an image was about to lose out of the index of every list it can have been in.

    What its record says now decides: the change may not have come about, or been undone. They are at most those of
    two texts: 512 calls.
    """
    image = images.get(image_id)
    gone = sorted(set(lost) - words_of(image)) if image else lost
    for list_ in _possible_lists(owner):
        if image:
            words.forget(list_, image_id, gone, to_wire(image.described_at))
        else:
            words.remove(list_, image_id, gone)


def remove(image: Image) -> None:
    """Take a deleted image out of the index of every list it can have been in."""
    display_name = _display_names([image.owner]).get(image.owner, "")
    for list_ in _possible_lists(image.owner):
        words.remove(list_, image.id, index_words(image.id, image.description, image.name, display_name))


def bring_up_to_date(list_: str, message: Mapping[str, Any], now: datetime, passed: Callable[[], float]) -> None:
    """Enter what has changed in the list and has settled. ``passed`` gives the seconds since ``now``.

    When they are BUDGET, what is left to be entered is asked for by a message that follows this one.
    """
    settled = to_wire(now - SETTLED)
    entries = images_lists.by_change(list_, Span(ascending=True, start=lists.find(list_).indexed_to), _AT_ONCE)
    fresh = takewhile(lambda entry: entry.position < settled, entries)
    first = list(islice(fresh, FEWEST))
    if len(first) < FEWEST:
        return
    holder, moment = new_id(), now + timedelta(seconds=passed())
    place = words.lease(list_, holder, moment, moment + _LEASE)
    if place is None:
        return
    done = 0
    for part in _slices(list_, (entry for entry in chain(first, fresh) if entry.position > place)):
        _enter(list_, part)
        done += 1
        if not words.advance(list_, holder, part[-1].position, now + timedelta(seconds=passed()) + _LEASE):
            return
        if passed() >= BUDGET:
            break
    words.release(list_, holder)
    # Messages that came during a long run have found the lease taken, and are gone.
    if done > 1 or passed() >= BUDGET:
        go_on(INDEXING, message, {"lists": [list_]}, MOST_RUNS, done=done > 0)


def _is_behind(list_: str, before: datetime) -> bool:
    """Whether as many images as are worth a run have waited since ``before``."""
    fresh = images_lists.by_change(list_, Span(ascending=True, start=lists.find(list_).indexed_to), FEWEST)
    waiting = list(islice(fresh, FEWEST))
    return len(waiting) == FEWEST and waiting[-1].position < to_wire(before)


@dataclass(frozen=True)
class _Fresh:
    """An image that is to be in the index, its place in the order of change, and whether that changed its words."""

    image: Indexed
    position: str
    is_described: bool


def _slices(list_: str, entries: Iterator[Entry]) -> Iterator[list[_Fresh]]:
    """What a list has that is new, in parts that have at most SLICE words, or are one image."""
    part, size = list[_Fresh](), 0
    while chunk := list(islice(entries, _AT_ONCE)):
        names = _display_names(entry.owner for entry in chunk) if list_ == PUBLIC else {}
        for entry in chunk:
            found = index_words(entry.id, entry.description, entry.name, names.get(entry.owner, ""))
            if part and size + len(found) > SLICE:
                yield part
                part, size = [], 0
            image = Indexed(entry.id, found, entry.described_at)
            part.append(_Fresh(image, entry.position, entry.position.startswith(entry.described_at)))
            size += len(found)
    if part:
        yield part


def _enter(list_: str, part: Collection[_Fresh]) -> None:
    # A change that leaves an image's words alone must touch no entry; to read one is cheaper than to write it.
    known = words.missing(list_, [fresh.image for fresh in part if not fresh.is_described])
    words.put(list_, [*(fresh.image for fresh in part if fresh.is_described), *known])


def _possible_lists(owner: str | None) -> tuple[str, ...]:
    return (PUBLIC, owner) if owner else (PUBLIC,)


def _display_names(owners: Iterable[str | None]) -> dict[str | None, str]:
    users = accounts.find_many({owner for owner in owners if owner})
    return {user.id: user.display_name for user in users.values()}
