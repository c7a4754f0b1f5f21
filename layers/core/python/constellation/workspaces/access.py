"""What users may see and do in constellations."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from constellation.common.errors import NotFound
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces import folder_store, reach, store
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, NO_SUCH_FOLDER, Location, Membership
from constellation.workspaces.rights import Operation, effective, is_within, require
from constellation.workspaces.tree import Folder


@operation(grants=[store.READ])
def memberships(constellation_ids: Iterable[str], caller: Caller) -> dict[str, Membership]:
    """Return a caller's memberships of constellations with its effective rights, by their ids."""
    found = store.memberships(caller.user_id, _within(constellation_ids, caller))
    return {id_: replace(member, right=effective(member.right, caller)) for id_, member in found.items()}


@operation(uses=[memberships])
def membership_of(constellation_id: str, caller: Caller) -> Membership | None:
    """Return the membership of a caller with its effective right, or None."""
    return memberships([constellation_id], caller).get(constellation_id)


@operation(uses=[membership_of])
def membership_at(location: Location, caller: Caller) -> Membership | None:
    """Return the membership of a caller in the constellation of a location, or None where it no longer exists."""
    found = membership_of(location.constellation, caller)
    return found if found and reach.exists(location, found.constellation) else None


@operation(uses=[membership_of], errors=[NotFound])
def membership(constellation_id: str, caller: Caller, wanted: Operation) -> Membership:
    """Return the membership of a caller. Raise NotFound without one, Forbidden where its right is not enough."""
    found = membership_of(constellation_id, caller)
    if found is None:
        raise NotFound(NO_SUCH_CONSTELLATION)
    require(found.right, wanted)
    return found


@operation(grants=[folder_store.READ], uses=[membership_at], errors=[NotFound])
def folder(folder_id: str, caller: Caller, wanted: Operation) -> tuple[Folder, Membership]:
    """Return a folder and the caller's membership of its constellation.

    Raise NotFound unless the caller is a member, Forbidden where its right is not enough.
    """
    found = folder_store.get(folder_id)
    member = membership_at(Location(found.constellation, folder_id), caller) if found else None
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


@operation(uses=[memberships])
def memberships_at(locations: Collection[Location], caller: Caller) -> dict[Location, Membership]:
    """Return a caller's memberships at those of the locations that still exist, with its effective rights."""
    members = memberships({location.constellation for location in locations}, caller)
    there = reach.existing(locations, {id_: member.constellation for id_, member in members.items()})
    return {location: members[location.constellation] for location in there}


@operation(uses=[memberships_at])
def visible_locations(locations: Collection[Location], caller: Caller) -> set[Location]:
    """Return the locations that still exist in constellations of which a caller is a member."""
    return set(memberships_at(locations, caller))


@operation(grants=[store.READ])
def locations_of_members(locations: Collection[Location], caller: Caller) -> dict[Location, bool]:
    """Return the locations that still exist, each with whether the caller is a member there.

    Those that a token must not know of are left out.
    """
    known = store.with_rights(caller.user_id, _within({location.constellation for location in locations}, caller))
    there = reach.existing(locations, {id_: constellation for id_, (constellation, _) in known.items()})
    return {location: known[location.constellation][1] is not None for location in there}


def _within(constellation_ids: Iterable[str], caller: Caller) -> list[str]:
    return [id_ for id_ in constellation_ids if is_within(id_, caller)]
