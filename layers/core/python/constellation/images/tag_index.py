"""Have the index of tags follow an image.

Before a record is written, the image is entered into the branches that it comes into, so that no search misses it. The
rest is asked for by a message: to leave what it is no longer in, and to count. That is sent first and comes when the
request has ended, so that it also undoes what a killed request has begun. Otherwise the request counts by itself: its
user sees the new totals at once, unless others write the same totals at that moment.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.queue import Queue
from constellation.aws.resources import INDEXING, Grant
from constellation.aws.retry import Contended
from constellation.common.errors import Unavailable
from constellation.images import store
from constellation.images.model import PUBLIC, Image
from constellation.runtime.operation import operation
from constellation.tags import store as tags
from constellation.tags.model import branches

COUNT_NO_MORE = tags.COUNT_NO_MORE
"""What ``count`` needs besides where an image may lose its last tag."""

_DELAY = 40
"""Seconds after which every request that was under way has ended. Totals follow within a minute."""

_TRIES = 10
_QUEUE = Queue(INDEXING)


@operation(grants=[Grant(INDEXING, ("sqs:SendMessage",)), tags.ENTER, tags.COUNT])
def follow(before: Image, after: Image) -> tags.Counted | None:
    """Have the index of tags follow a change that is about to be made. Safe to repeat.

    Return where the image is counted until then, or None if the change leaves its branches as they are.
    """
    old, new = before.branches, after.branches
    if old == new:
        return None
    _QUEUE.send({"tagged": told(after, *before.tags)}, _DELAY)
    tags.enter(new.keys() - old.keys(), after.created)
    return tags.counted(after.id)


@operation(grants=[tags.COUNT_ONCE])
def count(after: Image, counted: tags.Counted | None) -> None:
    """Count an image after its change, at the first attempt or not at all: then the message counts it.

    ``counted`` is what ``follow`` returned before the change, so that no run goes by a record that is older.
    """
    if counted is not None:
        with suppress(Contended, ConditionFailed, Unavailable):
            tags.count_once(after.id, counted, after.branches)


@operation(grants=[tags.SETTLE, store.READ])
def settle(message: Mapping[str, Any]) -> None:
    """Make the index have an image exactly where its record says that it is. Safe to repeat."""
    for _ in range(_TRIES):
        counted = tags.counted(message["image"])  # before the record, so that no run goes by an older one unseen
        image = store.get(message["image"])
        wanted = image.branches if image else {}
        try:
            tags.count(message["image"], counted, wanted)
        except tags.Changed:
            continue
        lists = [list_ for list_ in (message["owner"], PUBLIC) if list_]
        places = {(list_, tags.short(branch)) for list_ in lists for branch in branches(message["tags"])}
        kept = {(list_, tags.short(branch)) for list_, branch in wanted}
        tags.enter(kept, message["position"])
        left = (counted.places.keys() | places) - kept
        tags.leave(left, message["position"])
        tags.forget_empty(left)
        return
    raise Unavailable


def told(image: Image, *former: str) -> dict[str, Any]:
    """Return what a message tells of an image with its tags and ``former`` ones, so that ``settle`` can follow it."""
    known = sorted({*image.tags, *former})
    return {"image": image.id, "owner": image.owner, "position": image.created, "tags": known}
