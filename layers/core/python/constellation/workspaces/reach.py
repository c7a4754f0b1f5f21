"""Which folders are still below the root of their constellation: found from below, by what each of them lies in.

A deleted folder has no record, so no folder below it leads up to the root. What is read is what was asked for and the
folders above that, however many there are in the constellation; it takes no grant but ``constellations.READ``.
"""

from collections.abc import Collection, Mapping

from constellation.workspaces import folder_store as folders
from constellation.workspaces.model import Constellation, Location

HIGHEST = 100
"""How many folders may lie in each other; what lies deeper counts as not there."""


def reached(places: Collection[Location], known: Mapping[str, Constellation]) -> set[Location]:
    """Those of the places, all of them in ``known`` constellations, whose folders lead up to the root, as of now.

    Those that do not are looked at again: between two looks a folder can have left another one that went just then.
    """
    there = _reached(places, known)
    return there | _reached(set(places) - there, known)


def _reached(places: Collection[Location], known: Mapping[str, Constellation]) -> set[Location]:
    roots = {known[place.constellation].root for place in places}
    parents: dict[str, str] = {}
    fresh = {place.folder for place in places} - roots
    for _ in range(HIGHEST):
        if not fresh:
            break
        found = folders.parents(fresh)
        parents |= found
        fresh = set(found.values()) - parents.keys() - roots
    return {place for place in places if _leads_up(place.folder, known[place.constellation].root, parents)}


def _leads_up(folder_id: str, root: str, parents: Mapping[str, str]) -> bool:
    for _ in range(HIGHEST):
        if folder_id == root:
            return True
        folder_id = parents.get(folder_id, "")
    return folder_id == root
