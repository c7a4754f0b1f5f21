"""Rights to firmware images."""

from dataclasses import dataclass

from constellation.common.errors import NotFound
from constellation.firmware import store
from constellation.firmware.model import Firmware, no_such_firmware
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.access import membership_of
from constellation.workspaces.rights import Operation, Right, require, right_outside


@dataclass(frozen=True)
class FirmwareAccess:
    """A firmware image with a caller's right to it."""

    firmware: Firmware
    right: Right


@operation(grants=[store.READ], errors=[NotFound], uses=[membership_of])
def firmware_image(firmware_id: str, caller: Caller, operation: Operation) -> FirmwareAccess:
    """Return a firmware image with a caller's right to it.

    Raises NotFound without a right to it, Forbidden where the right is not enough.
    """
    found = current(firmware_id)
    right = right_outside(caller) if found.owner == caller.user_id else None
    if found.constellation:
        member = membership_of(found.constellation, caller)
        right = member.right if member else None
    if right is None:
        raise NotFound(no_such_firmware(firmware_id))
    require(right, operation)
    return FirmwareAccess(found, right)


@operation(grants=[store.READ], errors=[NotFound])
def current(firmware_id: str) -> Firmware:
    """Return a firmware image as it is now, without a check of rights. Raises NotFound when it is gone."""
    found = store.get(firmware_id)
    if found is None:
        raise NotFound(no_such_firmware(firmware_id))
    return found
