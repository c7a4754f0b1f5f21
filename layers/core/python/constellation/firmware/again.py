"""Read a firmware image once more."""

from constellation.common.errors import NotFound
from constellation.firmware import store as firmware
from constellation.firmware.model import Firmware, no_such_firmware


def again(found: Firmware) -> Firmware:
    """Return the firmware image as it is now. Raises NotFound when it is gone."""
    there = firmware.get(found.id)
    if there is None:
        raise NotFound(no_such_firmware(found.id))
    return there
