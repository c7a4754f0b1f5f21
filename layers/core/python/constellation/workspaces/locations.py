"""Find where a new image, folder or firmware image is to lie."""

from constellation.common.errors import Forbidden, Invalid, Violation
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.runtime.scopes import require_unbound
from constellation.workspaces import access, folder_store, reach, store
from constellation.workspaces.model import (
    CONSTELLATION_FIELD,
    FOLDER_FIELD,
    Constellation,
    Location,
    no_such_folder_within,
)
from constellation.workspaces.rights import Operation


@operation(grants=[folder_store.READ, store.READ], errors=[Invalid])
def folder_within(constellation: Constellation, folder_id: str, field: str) -> str:
    """Return the id of a folder of a constellation, the root's if none is named.

    Raise Invalid, reported for ``field``, where the constellation has no such folder.
    """
    if not folder_id or folder_id == constellation.root:
        return constellation.root
    found = folder_store.get(folder_id)
    if found is None or not reach.exists(Location(found.constellation, folder_id), constellation):
        raise no_such_folder_within(field)
    return folder_id


@operation(grants=[store.EXPECT], uses=[access.membership, folder_within], errors=[Forbidden])
def location_for_new(constellation_id: str, folder_id: str, caller: Caller) -> Location | None:
    """Return where a caller puts a new image: the folder named, else the root, or None without a constellation.

    Raise NotFound and Forbidden as ``access.membership`` does, Invalid where the constellation has no such folder.
    """
    if not constellation_id:
        if folder_id:
            raise Invalid(Violation(CONSTELLATION_FIELD, "A folder needs its constellation named."))
        require_unbound(caller)
        return None
    member = access.membership(constellation_id, caller, Operation.ADD_IMAGE)
    location = Location(constellation_id, folder_within(member.constellation, folder_id, FOLDER_FIELD))
    if not member.constellation.may_hold_images:
        store.expect_images(constellation_id)
    return location


@operation(grants=[store.EXPECT], uses=[access.membership], errors=[Forbidden])
def scope_for_new_firmware(constellation_id: str, caller: Caller) -> None:
    """Check that a caller may put new firmware into a constellation, if one is named.

    Raise NotFound and Forbidden as ``access.membership`` does.
    """
    if not constellation_id:
        require_unbound(caller)
        return
    member = access.membership(constellation_id, caller, Operation.CREATE_FIRMWARE)
    if not member.constellation.may_hold_firmware:
        store.expect_firmware(constellation_id)
