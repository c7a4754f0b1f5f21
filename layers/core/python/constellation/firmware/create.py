"""Create a firmware image."""

from datetime import datetime

from constellation.common.errors import NotFound
from constellation.common.ids import new_id
from constellation.firmware import store as firmware
from constellation.firmware.model import Firmware
from constellation.firmware.versions import Version
from constellation.runtime.operation import needs_of
from constellation.workspaces.locations import scope_for_new_firmware
from constellation.workspaces.model import NO_SUCH_CONSTELLATION

CREATE = (*needs_of(scope_for_new_firmware).grants, firmware.CREATE, firmware.CREATE_WITHIN)
"""What a function that makes firmware images needs."""


def create(user_id: str, constellation_id: str, label: str, version: Version, now: datetime) -> Firmware:
    """A new firmware image, in a constellation if one is named. Raises NotFound and Forbidden for the right to that."""
    scope_for_new_firmware(constellation_id, user_id)
    made = Firmware(new_id(), user_id, constellation_id or None, label, version, now)
    if not firmware.create(made):
        raise NotFound(NO_SUCH_CONSTELLATION)
    return made
