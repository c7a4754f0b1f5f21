"""Rename branches of an owner's tags, for the queue.

The images of a branch are moved in groups. One transaction changes their records, moves them in the index of tags and
counts them where they come to be, so that lists, searches and counts agree at every moment, and a run that is killed
leaves nothing behind but what is still to do. It begins anew, because images that have moved are no longer in the
branch. One run at a time works for an owner, and takes the renames in the order in which they were asked for.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from constellation.aws.resources import INDEXING
from constellation.aws.table import MOST_PARTS, Part, try_transact
from constellation.common.errors import Unavailable
from constellation.common.ids import new_id
from constellation.images import store, tag_index
from constellation.images.model import PUBLIC, Image
from constellation.runtime.chains import go_on
from constellation.runtime.operation import operation
from constellation.tags import rename, rename_store
from constellation.tags import store as tags
from constellation.tags.model import BETWEEN, levels
from constellation.tags.rename_store import Rename

BUDGET = 200
"""Seconds of a run after which no group is begun any more. A group takes less than one."""

LEASE = timedelta(seconds=90)
"""How long a run may be silent before another takes its place."""

MOST_RUNS = 1000
"""Messages of one owner in a row. Each that runs out of time moves tens of thousands of images."""

LOOKED_AT = 100
"""Images that are read at once."""

_TRIES = 10


@dataclass(frozen=True)
class _Moving:
    """An image before and after a rename, and how it moves in the index of tags."""

    before: Image
    after: Image
    move: tags.Move


@operation(
    grants=[rename_store.WORK_OFF, tags.MOVE, store.READ_MANY, store.CHANGE, rename.SEND],
    uses=[tag_index.follow, tag_index.settle],
)
def rename_tags(message: Mapping[str, Any], now: datetime, passed: Callable[[], float]) -> None:
    """Work off the renames that an owner has asked for. Safe to repeat. ``passed`` gives the seconds since ``now``.

    After BUDGET seconds, what is left is requested by a message that follows this one.
    """
    owner, holder, moved = message["renames"], new_id(), 0
    while asked := rename_store.oldest(owner):
        positions = tags.positions(asked.owner, asked.old, consistent=True, at_once=LOOKED_AT)
        while some := list(islice(positions, LOOKED_AT)):
            if passed() >= BUDGET:
                rename_store.release(asked, holder)
                go_on(INDEXING, message, rename.message(owner), MOST_RUNS, done=moved > 0)
                return
            if not _lease(asked, holder, now + timedelta(seconds=passed())):
                return
            moved += _move_all(asked, [position.rpartition("#")[2] for position in some], now)
        if not _lease(asked, holder, now + timedelta(seconds=passed())):
            return
        _forget_empty(asked)
        rename_store.end(asked)


def _lease(asked: Rename, holder: str, moment: datetime) -> bool:
    return rename_store.lease(asked, holder, moment, moment + LEASE)


def _move_all(asked: Rename, image_ids: Collection[str], now: datetime) -> int:
    """Move images, and return how many there were to move."""
    found = _moving(asked, image_ids)
    for group in _groups(found):
        if len(group) == 1 or not try_transact(_parts(group)):
            for each in group:
                _move_alone(asked, each.before.id, now)
    return len(found)


def _moving(asked: Rename, image_ids: Collection[str]) -> list[_Moving]:
    """Return those of the images that a rename moves."""
    counted = tags.counted_among(image_ids)  # before the records, so that no run goes by an older one unseen
    found = list[_Moving]()
    for image in store.get_many(image_ids, consistent=True).values():
        after = image.renamed(asked.old, asked.new, asked.number)
        if after != image and image.owner == asked.owner:
            move = tags.Move(image.id, image.created, counted[image.id], image.branches, after.branches)
            found.append(_Moving(image, after, move))
    return found


def _groups(found: Collection[_Moving]) -> Iterator[list[_Moving]]:
    """Yield images in groups, each of which fits into a transaction, unless it is one image."""
    group, totals, parts = list[_Moving](), set[tags.Place](), 0
    for each in found:
        more = 2 + len(each.move.entries)
        if group and parts + more + len(totals | each.move.totals) > MOST_PARTS:
            yield group
            group, totals, parts = list[_Moving](), set[tags.Place](), 0
        group.append(each)
        totals, parts = totals | each.move.totals, parts + more
    if group:
        yield group


def _parts(group: Collection[_Moving]) -> list[Part]:
    changes = [store.to_change(each.before, each.after) for each in group]
    return [*changes, *tags.to_move([each.move for each in group])]


def _move_alone(asked: Rename, image_id: str, now: datetime) -> None:
    """Move an image that others change meanwhile, or that is in more branches than a transaction takes."""
    for _ in range(_TRIES):
        found = _moving(asked, [image_id])
        if not found:
            return
        parts = _parts(found)
        if len(parts) <= MOST_PARTS:
            if try_transact(parts):
                return
            continue
        before, after = found[0].before, found[0].after
        tag_index.follow(before, after)
        if store.change(before, after, now):
            tag_index.settle(tag_index.told(after, *before.tags))
            return
    raise Unavailable


def _forget_empty(asked: Rename) -> None:
    """Delete the totals of branches that the images have left."""
    shown = asked.old.split(BETWEEN)
    above = [BETWEEN.join(shown[:count]) for count in range(1, levels(asked.old))]
    left = [*above, *tags.below(asked.owner, asked.old)]
    for list_ in (PUBLIC, asked.owner):  # the owner's last: they name the others after a kill
        tags.forget_empty([(list_, tags.short(branch)) for branch in left])
