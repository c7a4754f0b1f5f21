"""Find the locations that still exist, although folders above them may have been deleted.

A deleted folder has no record, so no folder below it leads up to the root. The search starts at the folders asked for
and reads only the folders above them, however many the constellation has. It takes no grant but ``store.READ``.
"""

from collections.abc import Collection, Mapping

from constellation.workspaces import folder_store
from constellation.workspaces.model import Constellation, Location

HIGHEST = 100
"""The most folders that may lie in each other. What lies deeper counts as deleted."""


def exists(location: Location, constellation: Constellation) -> bool:
    """Return whether a location of a constellation still exists."""
    return location in existing([location], {constellation.id: constellation})


def existing(locations: Collection[Location], known: Mapping[str, Constellation]) -> set[Location]:
    """Return the locations that still exist in ``known`` constellations.

    Only a constellation with removals can have lost folders, so others cost no read.
    """
    there = {location for location in locations if location.constellation in known}
    doubtful = {location for location in there if known[location.constellation].removals}
    reached = _reached(doubtful, known)
    # Between two reads a folder can leave another one that is deleted next, so the rest is looked at a second time.
    return (there - doubtful) | reached | _reached(doubtful - reached, known)


def below(folder_id: str, folders: Collection[str]) -> set[str]:
    """Return those of the folders that are this one or lie below it, however many others there are."""
    parents = _parents(folders, {folder_id})
    return {each for each in folders if _leads_up(each, folder_id, parents)}


def _reached(locations: Collection[Location], known: Mapping[str, Constellation]) -> set[Location]:
    roots = {known[location.constellation].root for location in locations}
    parents = _parents({location.folder for location in locations}, roots)
    return {each for each in locations if _leads_up(each.folder, known[each.constellation].root, parents)}


def _parents(folder_ids: Collection[str], ends: Collection[str]) -> dict[str, str]:
    """Return the parents of folders and of all folders above them, up to the ``ends``, by the folders' ids."""
    parents: dict[str, str] = {}
    fresh = {*folder_ids} - {*ends}
    for _ in range(HIGHEST):
        if not fresh:
            break
        found = folder_store.parents(fresh)
        parents |= found
        fresh = set(found.values()) - parents.keys() - {*ends}
    return parents


def _leads_up(folder_id: str, root: str, parents: Mapping[str, str]) -> bool:
    for _ in range(HIGHEST):
        if folder_id == root:
            return True
        folder_id = parents.get(folder_id, "")
    return folder_id == root
