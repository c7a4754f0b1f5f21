"""What users may see and do in constellations."""

from collections.abc import Collection
from dataclasses import replace

from constellation.common.errors import NotFound
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store, reach, store
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, NO_SUCH_FOLDER, Location, Membership
from constellation.workspaces.rights import Operation, Right, require
from constellation.workspaces.tree import Folder


@operation(grants=[store.READ])
def membership_of(constellation_id: str, user_id: str) -> Membership | None:
    """Return the membership of a user, or None."""
    return store.memberships(user_id, [constellation_id]).get(constellation_id)


@operation(uses=[membership_of])
def membership_at(location: Location, user_id: str) -> Membership | None:
    """Return the membership of a user in the constellation of a location, or None where it no longer exists."""
    found = membership_of(location.constellation, user_id)
    return found if found and reach.exists(location, found.constellation) else None


@operation(uses=[membership_of], errors=[NotFound])
def membership(constellation_id: str, user_id: str, wanted: Operation) -> Membership:
    """Return the membership of a user. Raise NotFound without one, Forbidden where its right is not enough."""
    found = membership_of(constellation_id, user_id)
    if found is None:
        raise NotFound(NO_SUCH_CONSTELLATION)
    require(found.right, wanted)
    return found


@operation(grants=[folder_store.READ], uses=[membership_at], errors=[NotFound])
def folder(folder_id: str, user_id: str, wanted: Operation) -> tuple[Folder, Membership]:
    """Return a folder and the membership of a user in its constellation.

    Raise NotFound unless the user is a member, Forbidden where its right is not enough.
    """
    found = folder_store.get(folder_id)
    member = membership_at(Location(found.constellation, folder_id), user_id) if found else None
    if found is None or member is None:
        raise NotFound(NO_SUCH_FOLDER)
    require(member.right, wanted)
    if found.parent is None:
        found = replace(found, name=member.constellation.name)
    return found, member


@operation(grants=[store.READ])
def existing_locations(locations: Collection[Location]) -> set[Location]:
    """Return the locations that still exist, whoever may see them."""
    return reach.existing(locations, store.find_many({location.constellation for location in locations}))


@operation(grants=[store.READ])
def visible_locations(locations: Collection[Location], user_id: str) -> set[Location]:
    """Return the locations that still exist in constellations of which a user is a member."""
    members = store.memberships(user_id, {location.constellation for location in locations})
    return reach.existing(locations, {id_: member.constellation for id_, member in members.items()})


@operation(grants=[store.READ])
def locations_with_rights(locations: Collection[Location], user_id: str) -> dict[Location, Right | None]:
    """Return the locations that still exist, each with a user's right there, or None where it is no member."""
    known = store.with_rights(user_id, {location.constellation for location in locations})
    there = reach.existing(locations, {id_: constellation for id_, (constellation, _) in known.items()})
    return {location: known[location.constellation][1] for location in there}
