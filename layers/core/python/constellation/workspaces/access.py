"""Rights to constellations and folders."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from constellation.common.errors import NotFound
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, NO_SUCH_FOLDER, Constellation, Location, Membership
from constellation.workspaces.reach import reached
from constellation.workspaces.rights import Operation, require
from constellation.workspaces.tree import Folder

CONSTELLATION_ACCESS = (constellations.READ,)
"""What a function needs that asks for the right to a constellation."""

FOLDER_ACCESS = (constellations.READ, folders.READ)
"""The same for a folder."""


STANDING = (constellations.READ,)
"""What a function needs that leaves out what lies in deleted folders."""


@operation(grants=CONSTELLATION_ACCESS, errors=[NotFound])
def membership(constellation_id: str, user_id: str, operation: Operation) -> Membership:
    """A user's membership. Raises NotFound without one, Forbidden where its right is not enough."""
    found = membership_of(constellation_id, user_id)
    if found is None:
        raise NotFound(NO_SUCH_CONSTELLATION)
    require(found.right, operation)
    return found


def folder(folder_id: str, user_id: str, operation: Operation) -> tuple[Folder, Constellation]:
    """A folder and its constellation. Raises NotFound and Forbidden as above."""
    found = folders.get(folder_id)
    if found is None:
        raise NotFound(NO_SUCH_FOLDER)
    member = membership_of(found.constellation, user_id)
    if member is None or not is_there(member.constellation, folder_id):
        raise NotFound(NO_SUCH_FOLDER)
    require(member.right, operation)
    if found.parent is None:
        found = replace(found, name=member.constellation.name)
    return found, member.constellation


def is_there(constellation: Constellation, folder_id: str) -> bool:
    """Whether a folder of a constellation is still below its root, for all that was deleted."""
    place = Location(constellation.id, folder_id)
    return place in locations_there([place], {constellation.id: constellation})


@operation(grants=CONSTELLATION_ACCESS)
def membership_of(constellation_id: str, user_id: str) -> Membership | None:
    """Return the membership of a user, or None."""
    return constellations.memberships(user_id, [constellation_id]).get(constellation_id)


def locations_there(places: Collection[Location], known: Mapping[str, Constellation]) -> set[Location]:
    """The places in known constellations. Folders were deleted with others above them only where removals say so."""
    there = {place for place in places if place.constellation in known}
    doubtful = {place for place in there if known[place.constellation].removals}
    return there - doubtful | reached(doubtful, known)
