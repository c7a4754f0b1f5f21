"""Where images, folders and firmware may come to lie."""

from constellation.domain.constellations import Constellation, Place
from constellation.domain.errors import Invalid, Violation
from constellation.domain.rights import Operation
from constellation.services import access
from constellation.services.access import ImageAccess
from constellation.stores import constellations, folders

PLACING = (constellations.READ, folders.READ)
"""What a function needs that finds a place."""

PLACING_IMAGES = (*PLACING, constellations.EXPECT)
"""The same where an image may be the first in its constellation."""

PLACING_FIRMWARE = (constellations.READ, constellations.EXPECT)
"""What a function needs that finds a place for firmware."""

_CONSTELLATION, _FOLDER = "constellation_uuid", "folder_uuid"


def place_for_new(constellation_id: str, folder_id: str, user_id: str) -> Place | None:
    """Where a user puts a new image: into a folder, the root if none is named, or into no constellation.

    Raises NotFound and Forbidden as ``access.membership`` does, Invalid where the folder is none of its.
    """
    if not constellation_id:
        if folder_id:
            raise Invalid(Violation(_CONSTELLATION, "A folder needs its constellation named."))
        return None
    member = access.membership(constellation_id, user_id, Operation.ADD_IMAGE)
    place = Place(constellation_id, folder_within(member.constellation, folder_id, _FOLDER))
    if not member.constellation.may_hold_images:
        constellations.expect_images(constellation_id)
    return place


def scope_for_new_firmware(constellation_id: str, user_id: str) -> None:
    """See that a user may put new firmware into a constellation, if one is named. Raises NotFound and Forbidden."""
    if not constellation_id:
        return
    member = access.membership(constellation_id, user_id, Operation.CREATE_FIRMWARE)
    if not member.constellation.may_hold_firmware:
        constellations.expect_firmware(constellation_id)


def place_for(found: ImageAccess, constellation_id: str, folder_id: str, user_id: str) -> Place | None:
    """Where a user moves an image; None where nothing of it was named. Raises as above.

    An image that lies in a constellation stays in it.
    """
    if found.constellation is None:
        return place_for_new(constellation_id, folder_id, user_id)
    if constellation_id and constellation_id != found.constellation.id:
        raise Invalid(Violation(_CONSTELLATION, "An image does not leave its constellation."))
    if not folder_id:
        return None
    return Place(found.constellation.id, folder_within(found.constellation, folder_id, _FOLDER))


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
