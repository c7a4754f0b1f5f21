"""Clean up below a deleted folder or constellation.

A deletion hides the folder and everything below it in one transaction. The clean-up is requested before that
transaction, for later, so that it happens even if the function is killed in between, and once more right after it. It
is done in parts. Each part begins where the last one stopped.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from constellation.aws.resources import REMOVALS, Grant
from constellation.cleanup.delete_images import delete_images
from constellation.cleanup.end_shares import end_shares_of_folders
from constellation.common.errors import NotFound, Unavailable
from constellation.firmware import store as firmware_store
from constellation.firmware.delete import delete as delete_firmware
from constellation.images import store as image_store
from constellation.runtime.chains import go_on
from constellation.runtime.operation import operation
from constellation.shares.change import DELETED_TOGETHER, delete_some_of
from constellation.variants import store as variant_store
from constellation.workspaces import folder_store, removal_store
from constellation.workspaces import store as constellation_store
from constellation.workspaces.model import Constellation, Removal
from constellation.workspaces.removal_request import message as message_for
from constellation.workspaces.tree import Folder, below, levels

PART = 500
"""Images and folders that one message removes."""

MOST_PARTS = 2000
"""Messages of one removal in a row, for a million images. After them the reconciliation begins a new row."""

_TRIES = 10
_FOLDERS_TOGETHER = 25


@dataclass
class _Work:
    """How many items a message may still remove, and how many it has removed.

    ``looked_to`` is the position in the constellation's shares up to which none is left to be ended.
    """

    left: int
    done: int = 0
    looked_to: str = ""


@operation(
    grants=[
        constellation_store.READ,
        constellation_store.FORGET_MEMBERS,
        removal_store.READ,
        removal_store.ADVANCE,
        removal_store.END,
        folder_store.LIST,
        folder_store.CLEAN_UP,
        image_store.READ_MANY,
        firmware_store.LIST_ALL,
        variant_store.DELETE_ALL,
        Grant(REMOVALS, ("sqs:SendMessage",)),
    ],
    uses=[delete_images, delete_firmware, end_shares_of_folders, delete_some_of],
)
def clean_up_folder(message: Mapping[str, Any], now: datetime) -> None:
    """Remove a part of what lay below a deleted folder, and request the rest. Safe to repeat.

    Do nothing if the folder was not deleted, or if the message is about a part that is done. The records of the folders
    go first, so that nothing new comes to lie there, unless the message says that they are ``closed`` already. Then the
    content of the folders goes, the lowest first, and each folder with it.
    """
    removal = Removal(message["constellation"], message["folder"])
    constellation, number = constellation_store.find(removal.constellation), message.get("part", 0)
    is_over = constellation is not None and removal.folder not in constellation.removals
    next_part = removal_store.part(removal)
    if is_over and next_part is not None:
        removal_store.end(removal)
    if is_over or number < (next_part or 0):
        return
    work = _Work(PART, looked_to=message.get("looked_to", ""))
    if not message["closed"]:
        _close(removal)
        work.done += 1
    is_empty = _empty(removal, work, now) and (constellation or _delete_firmware(removal, work, now))
    if is_empty and _end_shares(removal, constellation, work, now):
        _end(removal, constellation)
        return
    following = {**message_for(removal, closed=True, part=number + 1), "looked_to": work.looked_to}
    go_on(REMOVALS, message, following, MOST_PARTS, done=work.done > 0)
    removal_store.advance(removal, number + 1, now)


def _close(removal: Removal) -> None:
    """Have a folder, and all folders below it, accept nothing new."""
    fresh = closed = {removal.folder}
    while fresh:
        folder_store.close(fresh)
        folder_store.shut_doors(removal.constellation, fresh)
        fresh = below(removal.folder, folder_store.in_constellation(removal.constellation)) - closed
        closed = closed | fresh


def _empty(removal: Removal, work: _Work, now: datetime) -> bool:
    """Remove folders and images. Return whether none are left."""
    for part in _parts(levels(removal.folder, folder_store.in_constellation(removal.constellation))):
        work.left -= len(part)
        if not _delete_images_in([folder.id for folder in part], removal, work, now) or work.left <= 0:
            return False
        folder_store.clear(part)
        work.done += len(part)
    return _delete_images_in([removal.folder], removal, work, now) and work.left > 0


def _parts(found: list[list[Folder]]) -> Iterator[list[Folder]]:
    """Yield folders in parts, the lowest level first. A part holds one level only, as it may be cleared by half."""
    for level in reversed(found):
        for start in range(0, len(level), _FOLDERS_TOGETHER):
            yield level[start : start + _FOLDERS_TOGETHER]


def _delete_images_in(folder_ids: list[str], removal: Removal, work: _Work, now: datetime) -> bool:
    """Delete the images in folders. Return whether none are left.

    An image that another request has just taken away counts as left, because there may be more behind it.
    """
    inside = (
        (id_, folder) for folder in folder_ids for id_ in folder_store.image_ids(removal.constellation, folder, PART)
    )
    listed = dict(islice(inside, max(work.left, 0)))
    there = image_store.get_many(listed, consistent=True)
    work.left -= len(listed)
    # The others were moved away.
    found = [image for image in there.values() if image.location and image.location.folder in folder_ids]
    deleted = delete_images(found, now)
    lost = [id_ for id_ in listed if id_ not in there]
    if lost:
        folder_store.forget_files(removal.constellation, {id_: listed[id_] for id_ in lost})
    work.done += deleted + len(lost)
    return deleted == len(found)


def _delete_firmware(removal: Removal, work: _Work, now: datetime) -> bool:
    """Delete the firmware of a constellation. Return whether none is left."""
    listed = firmware_store.listed(removal.constellation, "", "", PART, by_version=False)
    for entry in islice(listed, work.left):
        found = firmware_store.get(entry.id)
        if found:
            with contextlib.suppress(NotFound):
                delete_firmware(found, now)
            work.done += 1
        work.left -= 1
    return work.left > 0


def _end_shares(removal: Removal, constellation: Constellation | None, work: _Work, now: datetime) -> bool:
    """End the shares of what was removed. Return whether none are left."""
    if constellation:
        ended, after = end_shares_of_folders(constellation.id, work.looked_to, now)
        work.done += ended + (after != "")
        work.looked_to = after
        return not after
    while work.left > 0:
        if not delete_some_of(removal.constellation, now):
            return True
        work.left -= DELETED_TOGETHER
        work.done += DELETED_TOGETHER
    return False


def _end(removal: Removal, constellation: Constellation | None) -> None:
    """Note that nothing is left. Raises Unavailable if others keep changing the constellation."""
    if constellation is None:
        variant_store.delete_all(removal.constellation)
        constellation_store.forget_members(removal.constellation)
        removal_store.end(removal)
        return
    for _ in range(_TRIES):
        if folder_store.end_removal(removal.constellation, removal.folder):
            removal_store.end(removal)
            return
    raise Unavailable
