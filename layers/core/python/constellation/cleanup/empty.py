"""Deleting folders and constellations: out of everybody's sight in one transaction, and emptied after.

The work is asked for before that transaction, for later, so that it is done even when the function is killed in
between, and right after it. It is done in parts, each of which begins where the last one came to.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from constellation.aws import queues
from constellation.aws.resources import REMOVALS
from constellation.cleanup import sweep as deletion
from constellation.common.errors import NotFound, Unavailable
from constellation.firmware import delete as binaries
from constellation.firmware import store as firmware
from constellation.images import store as images
from constellation.runtime.chains import go_on
from constellation.runtime.operation import needs_of
from constellation.workspaces import folder_store as folders
from constellation.workspaces import removal_store as removals
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Constellation, Removal
from constellation.workspaces.removal_request import message as part_message
from constellation.workspaces.tree import Folder, below, levels

_TRIES = 10


EMPTY = (
    constellations.READ,
    constellations.FORGET_MEMBERS,
    removals.READ,
    removals.ADVANCE,
    removals.END,
    folders.LIST,
    folders.CLEAN_UP,
    folders.UNFILE,
    images.READ_MANY,
    images.DELETE,
    queues.ASK_FOR_DELETION,
    queues.ASK_FOR_REMOVAL,
    queues.ASK_TO_HIDE,
    firmware.LIST_ALL,
    *needs_of(binaries.delete).grants,
)
"""What the function that empties them needs."""

RESUME = (removals.FIND, removals.READ, removals.ADVANCE, queues.ASK_FOR_REMOVAL)
"""What a function needs that asks again for what was left of removals."""

PART = 500
"""Images and folders that one message removes."""

MOST_PARTS = 2000
"""Messages of one removal in a row, a million images; then the reconciliation begins a new row."""

_FOLDERS_AT_ONCE = 25


def empty(message: Mapping[str, Any], now: datetime) -> None:
    """Remove a part of what lay below a folder that was deleted, and ask for the rest. Safe to repeat.

    Nothing where the folder was not deleted, or the message is of a part that is done. Its records go first, unless it
    is ``closed`` already: then nothing comes to lie there any more. Then what is in the folders goes, from below, and
    the folder with it.
    """
    removal = Removal(message["constellation"], message["folder"])
    constellation, number = constellations.find(removal.constellation), message.get("part", 0)
    is_over = constellation is not None and removal.folder not in constellation.removals
    next_part = removals.part(removal)
    if is_over and next_part is not None:
        removals.end(removal)
    if is_over or number < (next_part or 0):
        return
    work = _Work()
    if not message["closed"]:
        _close(removal)
        work.done += 1
    if _is_emptied(removal, work, now) and (constellation or _is_rid_of_firmware(removal, work, now)):
        _end(removal, constellation)
        return
    following = part_message(removal, closed=True, part=number + 1)
    go_on(REMOVALS, message, following, MOST_PARTS, done=work.done > 0)
    removals.advance(removal, number + 1, now)


def resume(before: datetime, most: int, now: datetime) -> int:
    """Ask for the next part of removals of which nothing was seen since ``before``; of how many."""
    found = removals.silent(before, most)
    for removal in found:
        queues.send(REMOVALS, part_message(removal, part=removals.part(removal) or 0))
        removals.touch(removal, now)  # after it: killed in between, it is asked for twice rather than later
    return len(found)


@dataclass
class _Work:
    """What one message may still remove, and what it has done."""

    left: int = field(default_factory=lambda: PART)
    done: int = 0


def _end(removal: Removal, constellation: Constellation | None) -> None:
    if constellation is None:
        constellations.forget_members(removal.constellation)
        removals.end(removal)
        return
    for _ in range(_TRIES):
        if folders.end_removal(removal.constellation, removal.folder):
            removals.end(removal)
            return
    raise Unavailable


def _close(removal: Removal) -> None:
    """Have a folder, and all below it, take nothing in any more."""
    fresh = closed = {removal.folder}
    while fresh:
        folders.close(fresh)
        folders.shut_doors(removal.constellation, fresh)
        fresh = below(removal.folder, folders.in_constellation(removal.constellation)) - closed
        closed = closed | fresh


def _is_emptied(removal: Removal, work: _Work, now: datetime) -> bool:
    """Remove folders and images; whether there are none left."""
    for part in _parts(levels(removal.folder, folders.in_constellation(removal.constellation))):
        work.left -= len(part)
        if not _is_rid_of_images([folder.id for folder in part], removal, work, now) or work.left <= 0:
            return False
        folders.clear(part)
        work.done += len(part)
    return _is_rid_of_images([removal.folder], removal, work, now) and work.left > 0


def _parts(found: list[list[Folder]]) -> Iterator[list[Folder]]:
    """Folders in parts, those below before those above, never both in one: a part can be cleared by half."""
    for level in reversed(found):
        for start in range(0, len(level), _FOLDERS_AT_ONCE):
            yield level[start : start + _FOLDERS_AT_ONCE]


def _is_rid_of_firmware(removal: Removal, work: _Work, now: datetime) -> bool:
    """Delete the firmware of a constellation; whether there is none left."""
    listed = firmware.listed(removal.constellation, "", "", PART, by_version=False)
    for entry in islice(listed, work.left):
        found = firmware.get(entry.id)
        if found:
            with contextlib.suppress(NotFound):
                binaries.delete(found, now)
            work.done += 1
        work.left -= 1
    return work.left > 0


def _is_rid_of_images(folder_ids: list[str], removal: Removal, work: _Work, now: datetime) -> bool:
    """Delete the images in folders; whether there are none left.

    Those that somebody else took away just now count too: there may be more behind them.
    """
    inside = ((id_, folder) for folder in folder_ids for id_ in folders.image_ids(removal.constellation, folder, PART))
    listed = dict(islice(inside, max(work.left, 0)))
    there = images.get_many(listed, consistent=True)
    work.left -= len(listed)
    # Else it was moved away.
    found = [image for image in there.values() if image.location and image.location.folder in folder_ids]
    deleted = deletion.delete_with_folders(found, now)
    lost = [id_ for id_ in listed if id_ not in there]
    if lost:
        folders.forget_files(removal.constellation, {id_: listed[id_] for id_ in lost})
    work.done += deleted + len(lost)
    return deleted == len(found)
