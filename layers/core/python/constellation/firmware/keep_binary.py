"""What every way to give a firmware image its binary has in common: examine the file, and record it.

The bytes are stored in between. Until the record of the firmware image names them, they belong to nothing.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from constellation.aws.table import Part
from constellation.common.errors import BadRequest, NotFound, TooLarge
from constellation.common.ids import new_id
from constellation.firmware import binary_store, intel_hex, store
from constellation.firmware.access import current
from constellation.firmware.model import BINARY_EXISTS, INTEL_HEX, OPAQUE, Binary, Firmware
from constellation.images.usage import check_room
from constellation.images.usage_store import COUNT
from constellation.runtime.operation import operation


@operation(errors=[BadRequest, TooLarge], uses=[check_room])
def examine(firmware_id: str, chunks: Iterable[bytes], uploader: str) -> Binary:
    """Return what a file is as the binary of a firmware image. Its bytes are not stored.

    Raises BadRequest for an Intel HEX file with a fault, TooLarge where the uploader has no room for the file.
    """
    digest, size = hashlib.sha256(), 0
    checker: intel_hex.Checker | None = None
    try:
        for chunk in chunks:
            if not size and chunk.startswith(intel_hex.START_CODE):
                checker = intel_hex.Checker()
            digest.update(chunk)
            size += len(chunk)
            if checker:
                checker.feed(chunk)
        segments = checker.segments() if checker else ()
    except intel_hex.BadRecord as fault:
        raise BadRequest(str(fault)) from None
    check_room(uploader, size)
    return Binary(
        key=binary_store.key(firmware_id, new_id()),
        uploader=uploader,
        sha256=digest.hexdigest(),
        size=size,
        format=INTEL_HEX if checker else OPAQUE,
        segments=segments,
    )


@operation(grants=[store.CHANGE, COUNT, binary_store.DELETE], errors=[BadRequest, NotFound], uses=[current])
def attach(found: Firmware, binary: Binary, now: datetime, *also: Part) -> None:
    """Record stored bytes as the binary of a firmware image, and write ``also`` in the same transaction.

    Where that fails the bytes are deleted. Raises NotFound when the image is gone, else BadRequest: it has a binary
    already, or a condition of ``also`` failed.
    """
    if not store.attach(found, binary, now, *also):
        binary_store.delete(binary.key)
        current(found.id)
        raise BadRequest(BINARY_EXISTS)
