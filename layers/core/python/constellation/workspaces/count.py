"""Count the images of a folder and of all folders below it."""

from collections.abc import Iterator
from itertools import islice

from constellation.runtime.operation import operation
from constellation.workspaces import folder_store
from constellation.workspaces.files import files_after
from constellation.workspaces.model import Constellation
from constellation.workspaces.newest import few_below
from constellation.workspaces.tree import below

_AT_ONCE = 5000


@operation(grants=[folder_store.LIST], uses=[few_below, files_after])
def count_few(folder_id: str, constellation: Constellation, most: int) -> int | None:
    """Return the number of images, or None where they or their folders are many: images more than ``most``."""
    if folder_id == constellation.root:
        read = list(islice(files_after("", constellation, most + 1), most + 1))
        return sum(1 for _, file in read if file) if len(read) <= most else None
    folders, number = few_below(folder_id, constellation.id), 0
    for folder in folders or ():
        number += folder_store.count_files(constellation.id, folder, most + 1 - number)
        if number > most:
            return None
    return number if folders else None


@operation(grants=[folder_store.LIST], uses=[few_below, files_after])
def count_all(folder_id: str, constellation: Constellation, most: int) -> tuple[int, bool]:
    """Return the number of images, and whether these are all. This reads an entry for each of them, at most ``most``.

    Where the folders are many, it reads those of the whole constellation.
    """
    entries = _entries(folder_id, constellation)
    number = sum(islice(entries, most))
    return number, next(entries, None) is None


def _entries(folder_id: str, constellation: Constellation) -> Iterator[bool]:
    """Yield for each entry that is read whether it is an image in the folder or below it."""
    if folder_id == constellation.root:
        return (file is not None for _, file in files_after("", constellation, _AT_ONCE))
    folders = few_below(folder_id, constellation.id)
    if folders is None:
        inside = below(folder_id, folder_store.in_constellation(constellation.id))
        return (file.folder in inside for _, file in folder_store.files(constellation.id, "", _AT_ONCE))
    return (True for folder in folders for _ in folder_store.files_in(constellation.id, folder))
