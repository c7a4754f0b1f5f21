"""The files of firmware: checked, kept, fetched, taken away.

An object of the bucket is named by a firmware image's record, or left over. Whoever may leave one over says so first,
by a message for later: then the object goes, unless a record names it.
"""

import hashlib
from io import BytesIO

from constellation.binaries import intel_hex
from constellation.domain.errors import BadRequest, NotFound, Unavailable
from constellation.domain.firmware import (
    BINARY_EXISTS,
    INTEL_HEX,
    NO_BINARY,
    OPAQUE,
    Binary,
    Firmware,
    Segment,
    no_such_firmware,
)
from constellation.domain.ids import new_id
from constellation.settings import SIGNED_SECONDS
from constellation.stores import binaries, firmware, queues
from constellation.stores.aws import Missing
from constellation.stores.resources import LEFTOVERS

UPLOAD = (firmware.READ, firmware.CHANGE, binaries.PUT, binaries.DELETE, queues.NOTE_LEFTOVERS)
"""What a function that takes binaries needs."""

FETCH = (binaries.GET,)
"""What a function that gives them needs."""

TAKE_AWAY = (firmware.READ, firmware.CHANGE, binaries.DELETE, queues.NOTE_LEFTOVERS)
"""What a function that takes them away needs."""

DELETE = (firmware.READ, firmware.DELETE, binaries.DELETE, queues.NOTE_LEFTOVERS)
"""What a function that deletes firmware needs."""

CLEAN_UP = (firmware.READ, binaries.DELETE)
"""What the function that removes leftovers needs."""

_TRIES = 10


def upload(found: Firmware, data: bytes) -> None:
    """Give a firmware image its binary: the bytes first, then the record, which alone makes them its own.

    Raises BadRequest for a file that is wrong or where there is a binary already, NotFound when the image is gone.
    """
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
    segments = _checked(data)
    binary = Binary(
        key=binaries.key(found.id, new_id()),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        format=OPAQUE if segments is None else INTEL_HEX,
        segments=segments or (),
    )
    _may_be_left(found, binary)
    binaries.put(binary, data)
    if firmware.attach(found, binary):
        return
    binaries.delete(binary.key)
    _again(found)
    raise BadRequest(BINARY_EXISTS)


def existing(found: Firmware) -> Binary:
    """The binary of a firmware image. Raises NotFound where it has none."""
    if found.binary is None:
        raise NotFound(NO_BINARY)
    return found.binary


def fetch(binary: Binary, first: int, last: int) -> bytes:
    """The bytes from the first to the last. Raises NotFound where they have been taken away just now."""
    try:
        return binaries.get(binary, first, last)
    except Missing:
        raise NotFound(NO_BINARY) from None


def signed_url(found: Firmware, binary: Binary) -> str:
    """Where to fetch what is more than a function can answer."""
    return binaries.sign(binary, found.file_name, SIGNED_SECONDS)


def take_away(found: Firmware) -> None:
    """Take a firmware image its binary, if it has one. Raises NotFound when it is gone."""
    for _ in range(_TRIES):
        if found.binary is None:
            return
        _may_be_left(found, found.binary)
        if firmware.detach(found, found.binary):
            binaries.delete(found.binary.key)
            return
        found = _again(found)
    raise Unavailable


def delete(found: Firmware) -> Firmware:
    """Delete a firmware image with its binary. The answer is what it was. Raises NotFound when it is gone already."""
    for _ in range(_TRIES):
        if found.binary:
            _may_be_left(found, found.binary)
        if firmware.delete(found):
            if found.binary:
                binaries.delete(found.binary.key)
            return found
        found = _again(found)
    raise Unavailable


def remove_leftover(firmware_id: str, key: str) -> None:
    """Remove an object, unless it is the binary of the firmware image."""
    found = firmware.get(firmware_id)
    if found is None or found.binary is None or found.binary.key != key:
        binaries.delete(key)


def _may_be_left(found: Firmware, binary: Binary) -> None:
    queues.send(LEFTOVERS, {"firmware": found.id, "key": binary.key}, queues.SETTLED_SECONDS)


def _again(found: Firmware) -> Firmware:
    there = firmware.get(found.id)
    if there is None:
        raise NotFound(no_such_firmware(found.id))
    return there


def _checked(data: bytes) -> tuple[Segment, ...] | None:
    """The segments of an Intel HEX file, None of any other. Raises BadRequest for one with a fault."""
    if not data.startswith(intel_hex.START_CODE):
        return None
    checker = intel_hex.Checker()
    try:
        for line in BytesIO(data):
            checker.read(line)
        return checker.segments()
    except intel_hex.BadRecord as fault:
        raise BadRequest(str(fault)) from None
