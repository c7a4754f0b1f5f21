"""List the images of a constellation."""

from collections.abc import Iterator
from itertools import islice

from constellation.runtime.operation import operation
from constellation.workspaces import folder_store, reach, store
from constellation.workspaces.model import Constellation, Location
from constellation.workspaces.tree import File

_FEWEST_BESIDE_REMOVALS = 200
"""The fewest entries of one call while folders are being emptied: to check their folders takes two more calls."""


@operation(grants=[store.READ, folder_store.LIST])
def files_after(position: str, constellation: Constellation, at_once: int) -> Iterator[tuple[str, File | None]]:
    """Yield the files after a position with their positions, read as they are asked for, ``at_once`` in a call.

    A file in a deleted folder is given as None.
    """
    if not constellation.removals:
        yield from folder_store.files(constellation.id, position, at_once)
        return
    at_once = max(at_once, _FEWEST_BESIDE_REMOVALS)
    found = folder_store.files(constellation.id, position, at_once)
    while part := list(islice(found, at_once)):
        locations = {Location(constellation.id, file.folder) for _, file in part}
        there = {location.folder for location in reach.existing(locations, {constellation.id: constellation})}
        for each, file in part:
            yield each, file if file.folder in there else None
