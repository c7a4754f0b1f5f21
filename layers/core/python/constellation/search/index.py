"""Index a list: bring the search index up to date in slices, apart from the requests that change images.

A list with few new images is left as it is, because a search looks through those itself. Each slice is written and
then noted as done, so that a run that is killed loses one slice. A run has a budget of time. What is left when it is
spent is requested by another message.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile
from typing import Any

from constellation.accounts.users import find_users
from constellation.aws.resources import INDEXING, Grant
from constellation.common.ids import new_id
from constellation.common.times import to_wire
from constellation.images import lists
from constellation.images.lists import Entry, Span
from constellation.images.model import PUBLIC
from constellation.images.usage import counts_of
from constellation.runtime.chains import go_on
from constellation.runtime.operation import operation
from constellation.search import lease_store, store
from constellation.search.query import index_words
from constellation.search.store import Indexed

FEWEST = 32
"""Images that a list must have beyond its index before they are indexed."""

SETTLED = timedelta(seconds=60)
"""How old a change must be. By then no function is still writing an older one, and the order is final."""

TIMEOUT = 300
"""Seconds of the function that indexes. The longer a run is, the fewer have to request the rest."""

BUDGET = 220
"""Seconds of TIMEOUT after which no slice is begun any more. A slice takes a few."""

SLICE = 1000
"""Entries that are written before the progress is noted, or those of one image: forty calls, half a second."""

MOST_RUNS = 200
"""Messages of one list in a row. Each that runs out of time enters some 400,000 words."""

_AT_ONCE = 100
LEASE = timedelta(seconds=90)
"""How long a run may be silent before another takes its place."""

_SEND = Grant(INDEXING, ("sqs:SendMessage",))


@operation(grants=[_SEND])
def postpone(message: Mapping[str, Any]) -> None:
    """Put a message for which there is no time back into the queue."""
    go_on(INDEXING, message, message, MOST_RUNS, done=True)


@operation(
    grants=[
        lists.READ_PUBLIC_UPDATED,
        lists.READ_OWN_UPDATED,
        store.COMPARE,
        store.WRITE,
        lease_store.ADVANCE,
        _SEND,
    ],
    uses=[counts_of, find_users],
)
def index_list(list_: str, message: Mapping[str, Any], now: datetime, passed: Callable[[], float]) -> None:
    """Enter what has changed in a list and has settled. ``passed`` gives the seconds since ``now``.

    After BUDGET seconds, what is left is requested by a message that follows this one.
    """
    settled = to_wire(now - SETTLED)
    entries = lists.by_change(list_, Span(ascending=True, start=counts_of(list_).indexed_to), _AT_ONCE)
    fresh = takewhile(lambda entry: entry.position < settled, entries)
    first = list(islice(fresh, FEWEST))
    if len(first) < FEWEST:
        return
    holder, moment = new_id(), now + timedelta(seconds=passed())
    indexed_to = lease_store.lease(list_, holder, moment, moment + LEASE)
    if indexed_to is None:
        return
    done = 0
    for part in _slices(list_, (entry for entry in chain(first, fresh) if entry.position > indexed_to)):
        _enter(list_, part)
        done += 1
        until = now + timedelta(seconds=passed()) + LEASE
        if not lease_store.advance(list_, holder, part[-1].position, until):
            return
        if passed() >= BUDGET:
            break
    lease_store.release(list_, holder)
    # Messages that came during a long run found the list leased, and are gone.
    if done > 1 or passed() >= BUDGET:
        go_on(INDEXING, message, {"lists": [list_]}, MOST_RUNS, done=done > 0)


@dataclass(frozen=True)
class _Fresh:
    """An image to be indexed, its position in the order of change, and whether its last change was of its words."""

    image: Indexed
    position: str
    is_described: bool


def _slices(list_: str, entries: Iterator[Entry]) -> Iterator[list[_Fresh]]:
    """Yield the new images of a list in parts that have at most SLICE words, or are one image."""
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
    # A change that leaves an image's words alone must not write its entries: reading them is cheaper.
    known = store.missing(list_, [fresh.image for fresh in part if not fresh.is_described])
    store.put(list_, [*(fresh.image for fresh in part if fresh.is_described), *known])


def _display_names(owners: Iterable[str | None]) -> dict[str | None, str]:
    users = find_users({owner for owner in owners if owner})
    return {user.id: user.display_name for user in users.values()}
