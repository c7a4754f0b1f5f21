"""Delete a firmware image, or only its binary."""

from datetime import datetime

from constellation.accounts import usage_store as lists
from constellation.aws import queues
from constellation.common.errors import Unavailable
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.firmware.again import again
from constellation.firmware.leftovers import may_be_left
from constellation.firmware.model import Firmware
from constellation.runtime.operation import operation

_TRIES = 10


TAKE_AWAY = (firmware.READ, firmware.CHANGE, lists.COUNT, binaries.DELETE, queues.NOTE_LEFTOVERS)
"""What a function that takes them away needs."""

DELETE = (firmware.READ, firmware.DELETE, lists.COUNT, binaries.DELETE, queues.NOTE_LEFTOVERS)
"""What a function that deletes firmware needs."""


def take_away(found: Firmware, now: datetime) -> None:
    """Take a firmware image its binary, if it has one. Raises NotFound when it is gone."""
    for _ in range(_TRIES):
        if found.binary is None:
            return
        may_be_left(found.id, found.binary)
        if firmware.detach(found, found.binary, now):
            binaries.delete(found.binary.key)
            return
        found = again(found)
    raise Unavailable


@operation(grants=DELETE)
def delete(found: Firmware, now: datetime) -> Firmware:
    """Delete a firmware image with its binary. The answer is what it was. Raises NotFound when it is gone already."""
    for _ in range(_TRIES):
        if found.binary:
            may_be_left(found.id, found.binary)
        if firmware.delete(found, now):
            if found.binary:
                binaries.delete(found.binary.key)
            return found
        found = again(found)
    raise Unavailable
