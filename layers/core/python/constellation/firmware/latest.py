"""Find the firmware that a device is offered."""

from constellation.common.errors import NotFound
from constellation.firmware import store as firmware
from constellation.firmware.model import Firmware, no_such_firmware
from constellation.workspaces import access
from constellation.workspaces import store as constellations
from constellation.workspaces.rights import Operation

OFFER = (constellations.READ, *firmware.FIND_OFFERED, firmware.READ)
"""What a function that looks for updates needs."""


def latest(user_id: str, constellation_id: str, label: str, *, pre_releases: bool) -> Firmware:
    """What a device is offered: the highest version of a label that has a binary, as of now, in one place.

    That is the constellation, if one is named, else the user's own firmware that lies in none: what others have
    connected the user to must never reach its devices. Raises NotFound.
    """
    if constellation_id:
        access.membership(constellation_id, user_id, Operation.SEE_FIRMWARE)
    for entry in firmware.offered(constellation_id or user_id, label, pre_releases=pre_releases):
        found = firmware.get(entry.id)
        if found and found.confirmed:
            return found
    raise NotFound(no_such_firmware("latest"))
