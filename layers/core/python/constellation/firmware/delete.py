"""Delete a firmware image, or only its binary."""

from datetime import datetime

from constellation.common.errors import NotFound, Unavailable
from constellation.firmware import binary_store, store
from constellation.firmware.access import current
from constellation.firmware.leftovers import expect_leftover
from constellation.firmware.model import Firmware
from constellation.images.usage_store import COUNT
from constellation.runtime.operation import operation

_TRIES = 10


@operation(
    grants=[store.CHANGE, COUNT, binary_store.DELETE],
    errors=[NotFound, Unavailable],
    uses=[current, expect_leftover],
)
def delete_binary(found: Firmware, now: datetime) -> None:
    """Delete the binary of a firmware image, if it has one. Raises NotFound when the image is gone."""
    for _ in range(_TRIES):
        if found.binary is None:
            return
        expect_leftover(found.id, found.binary)
        if store.detach(found, found.binary, now):
            binary_store.delete(found.binary.key)
            return
        found = current(found.id)
    raise Unavailable


@operation(
    grants=[store.DELETE, COUNT, binary_store.DELETE],
    errors=[NotFound, Unavailable],
    uses=[current, expect_leftover],
)
def delete(found: Firmware, now: datetime) -> Firmware:
    """Delete a firmware image with its binary, and return it as it was. Raises NotFound when it is gone already."""
    for _ in range(_TRIES):
        if found.binary:
            expect_leftover(found.id, found.binary)
        if store.delete(found, now):
            if found.binary:
                binary_store.delete(found.binary.key)
            return found
        found = current(found.id)
    raise Unavailable
