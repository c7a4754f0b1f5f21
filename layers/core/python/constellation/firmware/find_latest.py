"""Find the firmware that a device is offered."""

from constellation.common.errors import NotFound
from constellation.firmware import store
from constellation.firmware.access import FirmwareAccess
from constellation.firmware.model import no_such_firmware
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.access import membership
from constellation.workspaces.rights import Operation, right_outside


@operation(grants=[*store.FIND_OFFERED, store.READ], errors=[NotFound], uses=[membership])
def find_latest(caller: Caller, constellation_id: str, label: str, *, pre_releases: bool) -> FirmwareAccess:
    """Return the highest version of a label that has a binary, as of now, with the caller's right. Raises NotFound.

    Look only in the constellation, if one is named, else in the caller's own firmware that lies in none. Firmware of
    others, who can connect the user to a constellation of theirs, must never reach its devices unasked.
    """
    if constellation_id:
        right = membership(constellation_id, caller, Operation.SEE_FIRMWARE).right
    else:
        right = right_outside(caller)
    if right is None:
        raise NotFound(no_such_firmware("latest"))
    for entry in store.offered(constellation_id or caller.user_id, label, pre_releases=pre_releases):
        found = store.get(entry.id)
        if found and found.confirmed:
            return FirmwareAccess(found, right)
    raise NotFound(no_such_firmware("latest"))
