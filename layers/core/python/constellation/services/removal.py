"""Deleting folders and constellations: out of everybody's sight in one transaction, and emptied after.

The work is asked for before that transaction, for later, so that it is done even when the function is killed in
between, and right after it. It is done in parts, each of which begins where the last one came to.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from constellation.domain.constellations import MOST_REMOVALS, Constellation
from constellation.domain.errors import BadRequest, NotFound, Unavailable
from constellation.domain.rights import Operation
from constellation.domain.trees import Folder, below, levels
from constellation.services import access, binaries, deletion
from constellation.services.access import FOLDER_ACCESS
from constellation.services.folders import ROOT_STAYS
from constellation.stores import constellations, firmware, folders, images, queues
from constellation.stores.resources import REMOVALS

REMOVE_CONSTELLATION = (constellations.READ, constellations.DELETE, queues.ASK_FOR_REMOVAL)
"""What a function that deletes constellations needs."""

REMOVE_FOLDER = (*FOLDER_ACCESS, folders.REMOVE, queues.ASK_FOR_REMOVAL)
"""What a function that deletes folders needs."""

EMPTY = (
    constellations.READ,
    constellations.FORGET_MEMBERS,
    folders.LIST,
    folders.CLEAN_UP,
    folders.UNFILE,
    images.READ_MANY,
    images.DELETE,
    queues.ASK_FOR_DELETION,
    queues.ASK_FOR_REMOVAL,
    queues.ASK_TO_HIDE,
    firmware.LIST_ALL,
    *binaries.DELETE,
)
"""What the function that empties them needs."""

PART = 500
"""Images and folders that one message removes."""

_FOLDERS_AT_ONCE = 25

_TRIES = 10


def remove_constellation(constellation: Constellation) -> None:
    """Delete a constellation with its members, folders and images."""
    message = _message(constellation.id, constellation.root)
    queues.send(REMOVALS, message, queues.SETTLED_SECONDS)
    constellations.delete(constellation.id)
    queues.send(REMOVALS, message)


def remove_folder(folder: Folder, user_id: str) -> None:
    """Delete a folder with all below it.

    Raises BadRequest for the root, NotFound when it is gone already, Unavailable while too many others are emptied.
    """
    if folder.parent is None:
        raise BadRequest(ROOT_STAYS)
    message = _message(folder.constellation, folder.id)
    queues.send(REMOVALS, message, queues.SETTLED_SECONDS)
    for _ in range(_TRIES):
        if folders.remove(folder, MOST_REMOVALS):
            queues.send(REMOVALS, message)
            return
        folder, constellation = access.folder(folder.id, user_id, Operation.DELETE_FOLDER)
        if len(constellation.removals) >= MOST_REMOVALS:
            raise Unavailable("Many folders of this constellation are being emptied, try again", retry_after=5)
    raise Unavailable


def empty(constellation_id: str, folder_id: str, now: datetime, *, is_closed: bool) -> None:
    """Remove a part of what lay below a folder that was deleted, and ask for the rest. Safe to repeat.

    Nothing where the folder was not deleted. Its records go first, unless it ``is_closed`` already: then nothing
    comes to lie there any more. Then what is in the folders goes, from below, and the folder with it.
    """
    constellation = constellations.find(constellation_id)
    if constellation and folder_id not in constellation.removals:
        return
    if not is_closed:
        _close(constellation_id, folder_id)
    left = PART
    for part in _parts(levels(folder_id, folders.in_constellation(constellation_id))):
        left = _delete_images([folder.id for folder in part], constellation_id, left - len(part), now)
        if left > 0:
            folders.clear(part)
        else:
            break
    else:
        left = _delete_images([folder_id], constellation_id, left, now)
        if not constellation:
            left = _delete_firmware(constellation_id, left, now)
    if left <= 0:
        queues.send(REMOVALS, _message(constellation_id, folder_id, closed=True))
    elif constellation:
        _end(constellation_id, folder_id)
    else:
        constellations.forget_members(constellation_id)


def _message(constellation_id: str, folder_id: str, *, closed: bool = False) -> dict[str, Any]:
    return {"constellation": constellation_id, "folder": folder_id, "closed": closed}


def _end(constellation_id: str, folder_id: str) -> None:
    for _ in range(_TRIES):
        if folders.end_removal(constellation_id, folder_id):
            return
    raise Unavailable


def _close(constellation_id: str, folder_id: str) -> None:
    """Have a folder, and all below it, take nothing in any more."""
    folders.close([folder_id])
    closed = {folder_id}
    while fresh := below(folder_id, folders.in_constellation(constellation_id)) - closed:
        folders.close(fresh)
        closed |= fresh


def _parts(found: list[list[Folder]]) -> Iterator[list[Folder]]:
    """Folders in parts, those below before those above, never both in one: a part can be cleared by half."""
    for level in reversed(found):
        for start in range(0, len(level), _FOLDERS_AT_ONCE):
            yield level[start : start + _FOLDERS_AT_ONCE]


def _delete_firmware(constellation_id: str, most: int, now: datetime) -> int:
    """Delete the firmware of a constellation, not more than ``most``; how many more may be."""
    for entry in islice(firmware.listed(constellation_id, "", "", PART, by_version=False), max(most, 0)):
        found = firmware.get(entry.id)
        if found:
            with contextlib.suppress(NotFound):
                binaries.delete(found, now)
        most -= 1
    return most


def _delete_images(folder_ids: list[str], constellation_id: str, most: int, now: datetime) -> int:
    """Delete the images in folders, not more than ``most``; how many more may be, and 0 if there still are some.

    Those that somebody else took away just now count too: there may be more behind them.
    """
    inside = (id_ for folder_id in folder_ids for id_ in folders.image_ids(constellation_id, folder_id, PART))
    listed = list(islice(inside, max(most, 0)))
    found = [
        image
        for image in images.get_many(listed, consistent=True).values()
        if image.place and image.place.folder in folder_ids  # else it was moved away
    ]
    done = deletion.delete_with_folders(found, now) if found else True
    return most - len(listed) if done else 0
