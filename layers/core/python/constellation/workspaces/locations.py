"""Where images, folders and firmware may come to lie."""

from constellation.common.errors import Forbidden, Invalid, NotFound, Violation
from constellation.runtime.operation import operation
from constellation.workspaces import access
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Constellation, Location
from constellation.workspaces.rights import Operation

PLACING = (constellations.READ, folders.READ)
"""What a function needs that finds a place."""

PLACING_IMAGES = (*PLACING, constellations.EXPECT)
"""The same where an image may be the first in its constellation."""

PLACING_FIRMWARE = (constellations.READ, constellations.EXPECT)
"""What a function needs that finds a place for firmware."""

CONSTELLATION_FIELD, FOLDER_FIELD = "constellation_uuid", "folder_uuid"


@operation(grants=PLACING_IMAGES, errors=[NotFound, Forbidden, Invalid])
def location_for_new(constellation_id: str, folder_id: str, user_id: str) -> Location | None:
    """Where a user puts a new image: into a folder, the root if none is named, or into no constellation.

    Raises NotFound and Forbidden as ``access.membership`` does, Invalid where the folder is none of its.
    """
    if not constellation_id:
        if folder_id:
            raise Invalid(Violation(CONSTELLATION_FIELD, "A folder needs its constellation named."))
        return None
    member = access.membership(constellation_id, user_id, Operation.ADD_IMAGE)
    place = Location(constellation_id, folder_within(member.constellation, folder_id, FOLDER_FIELD))
    if not member.constellation.may_hold_images:
        constellations.expect_images(constellation_id)
    return place


@operation(grants=PLACING_FIRMWARE, errors=[NotFound, Forbidden])
def scope_for_new_firmware(constellation_id: str, user_id: str) -> None:
    """See that a user may put new firmware into a constellation, if one is named. Raises NotFound and Forbidden."""
    if not constellation_id:
        return
    member = access.membership(constellation_id, user_id, Operation.CREATE_FIRMWARE)
    if not member.constellation.may_hold_firmware:
        constellations.expect_firmware(constellation_id)


def folder_within(constellation: Constellation, folder_id: str, field: str) -> str:
    """The id of a constellation's folder, the root's if none is named. Raises Invalid where it has none such."""
    if not folder_id or folder_id == constellation.root:
        return constellation.root
    found = folders.get(folder_id)
    if found is None or found.constellation != constellation.id or not access.is_there(constellation, folder_id):
        raise no_such_folder_within(field)
    return folder_id


def no_such_folder_within(field: str) -> Invalid:
    """What is wrong with an input that names a folder of another constellation, or none at all."""
    return Invalid(Violation(field, "There is no such folder in this constellation."))
