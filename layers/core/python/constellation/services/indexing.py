"""The search index, brought up to date in batches, away from the requests that change images.

A list with few new images is left as it is: search looks through those itself.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from constellation.domain.images import PUBLIC, Image
from constellation.domain.times import to_wire
from constellation.domain.words import image_words
from constellation.stores import accounts, images, lists, queues, words
from constellation.stores.lists import Entry, Span
from constellation.stores.resources import INDEXING
from constellation.stores.words import Indexed

INDEX = (
    lists.READ_TOTALS,
    lists.READ_PUBLIC_UPDATED,
    lists.READ_OWN_UPDATED,
    images.READ,
    accounts.READ_MANY,
    words.COMPARE,
    words.WRITE,
    words.ADVANCE,
    words.FORGET,
    queues.ASK_FOR_INDEXING,
)
"""What the function that indexes needs."""

FEWEST = 32
"""Images that a list must have beyond its index before they are indexed."""

SETTLED = timedelta(seconds=60)
"""How old a change must be: by then no function is still writing an older one, and the order shows it."""

_DELAY = 75
_BATCH = 500
_LEASE = timedelta(seconds=55)


def follow(before: Image | None, after: Image) -> None:
    """Have the index follow a new image or a change of one, once it has settled.

    To be asked for before the record is written: a function killed in between then leaves no word behind for ever.
    """
    message: dict[str, Any] = {"lists": after.lists}
    gone = _words_of(before) - _words_of(after) if before else frozenset[str]()
    if gone:
        message["forget"] = {"image": after.id, "owner": after.owner, "words": sorted(gone)}
    queues.send(INDEXING, message, _DELAY)


def forget(image_id: str, owner: str | None, lost: Collection[str]) -> None:
    """Take words that an image was about to lose out of the index of every list it can have been in.

    What its record says now decides: the change may not have come about, or been undone.
    """
    image = images.get(image_id)
    gone = sorted(set(lost) - _words_of(image)) if image else lost
    for list_ in _possible_lists(owner):
        if image:
            words.forget(list_, image_id, gone, to_wire(image.described_at))
        else:
            words.remove(list_, image_id, gone)


def remove(image: Image) -> None:
    """Take a deleted image out of the index of every list it can have been in."""
    display_name = _display_names([image.owner]).get(image.owner, "")
    for list_ in _possible_lists(image.owner):
        words.remove(list_, image.id, image_words(image.description, image.name, display_name))


def bring_up_to_date(list_: str, now: datetime) -> None:
    """Enter what has changed in the list and has settled; a part of it when it is much, and ask for the rest."""
    horizon = to_wire(now - SETTLED)
    start = lists.state(list_).indexed_to
    fresh = _settled(list_, start, horizon)
    if len(fresh) < FEWEST or not words.lease(list_, now, now + _LEASE):
        return
    names = _display_names(entry.owner for entry in fresh) if list_ == PUBLIC else {}
    newly_described, others = list[Indexed](), list[Indexed]()
    for entry in fresh:
        image = Indexed(
            entry.id, image_words(entry.description, entry.name, names.get(entry.owner, "")), entry.described_at
        )
        (newly_described if entry.place.startswith(entry.described_at) else others).append(image)
    # A change that leaves an image's words alone must touch no entry; to read one is cheaper than to write it.
    words.put(list_, [*newly_described, *words.missing(list_, others)])
    words.advance(list_, fresh[-1].place)
    if len(fresh) == _BATCH:
        queues.send(INDEXING, {"lists": [list_]})


def _settled(list_: str, start: str, horizon: str) -> list[Entry]:
    entries = islice(lists.by_change(list_, Span(ascending=True, start=start), _BATCH), _BATCH)
    return [entry for entry in entries if entry.place < horizon]


def _words_of(image: Image) -> frozenset[str]:
    return frozenset(image_words(image.description, image.name))


def _possible_lists(owner: str | None) -> tuple[str, ...]:
    return (PUBLIC, owner) if owner else (PUBLIC,)


def _display_names(owners: Iterable[str | None]) -> dict[str | None, str]:
    users = accounts.find_many({owner for owner in owners if owner})
    return {user.id: user.display_name for user in users.values()}
