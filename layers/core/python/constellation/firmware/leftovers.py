"""Remove objects that no firmware image names."""

from constellation.aws import queues
from constellation.aws.resources import LEFTOVERS
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.firmware.model import Binary

CLEAN_UP = (firmware.READ, binaries.DELETE)
"""What the function that removes leftovers needs."""


def remove_leftover(firmware_id: str, key: str) -> None:
    """Remove an object, unless it is the binary of the firmware image."""
    found = firmware.get(firmware_id)
    if found is None or found.binary is None or found.binary.key != key:
        binaries.delete(key)


def may_be_left(firmware_id: str, binary: Binary, seconds: int = queues.SETTLED_SECONDS) -> None:
    """Have the object of a binary looked at later: it goes unless the record of its firmware image names it."""
    queues.send(LEFTOVERS, {"firmware": firmware_id, "key": binary.key}, seconds)
