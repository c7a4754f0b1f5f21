"""Create a firmware image."""

from collections.abc import Callable, Sequence
from datetime import datetime

from constellation.aws.table import Part
from constellation.common.errors import NotFound
from constellation.common.ids import new_id
from constellation.firmware import store
from constellation.firmware.model import Firmware
from constellation.firmware.versions import Version
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.locations import scope_for_new_firmware
from constellation.workspaces.model import NO_SUCH_CONSTELLATION


@operation(grants=store.CREATE, errors=[NotFound], uses=[scope_for_new_firmware])
def create(
    caller: Caller,
    constellation_id: str,
    label: str,
    version: Version,
    now: datetime,
    also: Callable[[Firmware], Sequence[Part]],
) -> Firmware:
    """Create a firmware image, in a constellation if one is named. Write ``also`` in the same transaction.

    Raises NotFound and Forbidden where the caller may not add firmware to that constellation.
    """
    scope_for_new_firmware(constellation_id, caller)
    made = Firmware(new_id(), caller.user_id, constellation_id or None, label, version, now)
    if not store.create(made, *also(made)):
        raise NotFound(NO_SUCH_CONSTELLATION)
    return made
