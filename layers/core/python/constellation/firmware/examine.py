"""Examine the file of a firmware image before it is kept."""

import hashlib
from collections.abc import Iterable

from constellation.accounts import usage as quotas
from constellation.common.errors import BadRequest
from constellation.common.ids import new_id
from constellation.firmware import binary_store as binaries
from constellation.firmware import intel_hex
from constellation.firmware.model import INTEL_HEX, OPAQUE, Binary


def examined(firmware_id: str, chunks: Iterable[bytes], uploader: str) -> Binary:
    """What a file is as the binary of a firmware image; its bytes are not kept.

    Raises BadRequest for an Intel HEX file with a fault, TooLarge where its uploader has no room for it.
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
    quotas.check_room(uploader, size)
    return Binary(
        key=binaries.key(firmware_id, new_id()),
        uploader=uploader,
        sha256=digest.hexdigest(),
        size=size,
        format=INTEL_HEX if checker else OPAQUE,
        segments=segments,
    )
