"""The images of a folder and of all folders below it, newest first, however many these and the others are.

Few folders are merged, each read in the order of its images. More are found in the order of the whole constellation,
without what lies elsewhere in it.
"""

from collections.abc import Iterator
from itertools import islice

from constellation.runtime.operation import operation
from constellation.workspaces import folder_store, reach, store
from constellation.workspaces.model import Constellation
from constellation.workspaces.tree import File

FEW = 25
"""The most folders that are merged, since each of them costs a query a page."""

_FEWEST_AT_ONCE = 200
"""The fewest files of one call where their folders have to be looked up, which takes further calls."""


@operation(grants=[folder_store.LIST])
def few_below(folder_id: str, constellation_id: str) -> list[str] | None:
    """Return the ids of a folder and of all folders below it, or None where they are more than FEW."""
    found = [folder_id]
    for each in found:  # which grows meanwhile
        found += folder_store.folders_in(constellation_id, each, FEW + 1 - len(found))
        if len(found) > FEW:
            return None
    return found


@operation(grants=[folder_store.LIST_NEWEST, store.READ])
def newest_below(
    folder_id: str, constellation: Constellation, after: str, at_once: int
) -> Iterator[tuple[str, File | None]]:
    """Yield the files of a constellation after a position, newest first, with their positions.

    A file that lies outside of the folder and those below it is given as None.
    """
    if folder_id == constellation.root and not constellation.removals:
        yield from folder_store.newest(constellation.id, after, at_once)
        return
    at_once = max(at_once, _FEWEST_AT_ONCE)
    found = folder_store.newest(constellation.id, after, at_once)
    while part := list(islice(found, at_once)):
        inside = reach.below(folder_id, {file.folder for _, file in part})
        for position, file in part:
            yield position, file if file.folder in inside else None
