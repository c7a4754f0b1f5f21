"""Rights to firmware images."""

from constellation.common.errors import NotFound
from constellation.firmware import store as firmware
from constellation.firmware.model import Firmware, no_such_firmware
from constellation.workspaces import store as constellations
from constellation.workspaces.access import membership_of
from constellation.workspaces.rights import Operation, Right, require

FIRMWARE_ACCESS = (firmware.READ, constellations.READ)
"""The same for a firmware image."""


def firmware_image(firmware_id: str, user_id: str, operation: Operation) -> Firmware:
    """A firmware image. Raises NotFound and Forbidden as above."""
    found = firmware.get(firmware_id)
    if found is None:
        raise NotFound(no_such_firmware(firmware_id))
    right = Right.ADMIN if found.owner == user_id else None
    if found.constellation:
        member = membership_of(found.constellation, user_id)
        right = member.right if member else None
    if right is None:
        raise NotFound(no_such_firmware(firmware_id))
    require(right, operation)
    return found
