"""The files of firmware: checked, kept, fetched, taken away.

An object of the bucket is named by a firmware image's record, or left over. Whoever may leave one over says so first,
by a message for later: then the object goes, unless a record names it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from constellation.binaries import intel_hex
from constellation.domain.constellations import NO_SUCH_CONSTELLATION
from constellation.domain.errors import BadRequest, NotFound, Unavailable
from constellation.domain.firmware import (
    BINARY_EXISTS,
    INTEL_HEX,
    NO_BINARY,
    OPAQUE,
    Binary,
    Firmware,
    no_such_firmware,
)
from constellation.domain.ids import new_id
from constellation.services import quotas
from constellation.settings import SIGNED_SECONDS
from constellation.stores import binaries, firmware, lists, queues
from constellation.stores.aws import Missing
from constellation.stores.incoming import Arrival
from constellation.stores.resources import LEFTOVERS
from constellation.stores.transactions import Part

UPLOAD = (
    firmware.READ,
    firmware.CHANGE,
    lists.COUNT_BINARY,
    *quotas.CHECK,
    binaries.PUT,
    binaries.DELETE,
    queues.NOTE_LEFTOVERS,
)
"""What a function that takes binaries needs."""

RECEIVE = (*UPLOAD, firmware.CREATE, firmware.CREATE_WITHIN)
"""What a function needs that receives them by S3."""

FETCH = (binaries.GET,)
"""What a function that gives them needs."""

TAKE_AWAY = (firmware.READ, firmware.CHANGE, lists.COUNT_BINARY, binaries.DELETE, queues.NOTE_LEFTOVERS)
"""What a function that takes them away needs."""

DELETE = (firmware.READ, firmware.DELETE, lists.COUNT_BINARY, binaries.DELETE, queues.NOTE_LEFTOVERS)
"""What a function that deletes firmware needs."""

CLEAN_UP = (firmware.READ, binaries.DELETE)
"""What the function that removes leftovers needs."""

_TRIES = 10

_RECEIVED_SECONDS = 900
"""After which whoever takes in a file that has come by S3 has ended."""


def upload(found: Firmware, data: bytes, uploader: str, now: datetime) -> None:
    """Give a firmware image its binary: the bytes first, then the record, which alone makes them its own.

    Raises BadRequest for a file that is wrong or where there is a binary already, TooLarge where the user who uploads
    it has no room for it, NotFound when the image is gone.
    """
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
    binary = _examined(found.id, [data], uploader)
    _may_be_left(found.id, binary)
    binaries.put(binary, data)
    if not firmware.attach(found, binary, now):
        raise _refusal(found, binary)


def receive(found: Firmware, arrival: Arrival, uploader: str, now: datetime, *also: Part) -> None:
    """The same with a file that has come by S3, whatever its size; ``also`` in the same step as the record.

    Raises BadRequest too when what is also to be written cannot be.
    """
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
    if not firmware.attach(found, binary := _received(found.id, arrival, uploader), now, *also):
        raise _refusal(found, binary)


def receive_new(new: Firmware, arrival: Arrival, *also: Part) -> None:
    """The same for a firmware image of the uploader's that there is not yet.

    Raises NotFound when its constellation is gone.
    """
    made = replace(new, binary=(binary := _received(new.id, arrival, new.owner)))
    if not firmware.create(made, *also):
        binaries.delete(binary.key)
        raise NotFound(NO_SUCH_CONSTELLATION)


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


def take_away(found: Firmware, now: datetime) -> None:
    """Take a firmware image its binary, if it has one. Raises NotFound when it is gone."""
    for _ in range(_TRIES):
        if found.binary is None:
            return
        _may_be_left(found.id, found.binary)
        if firmware.detach(found, found.binary, now):
            binaries.delete(found.binary.key)
            return
        found = _again(found)
    raise Unavailable


def delete(found: Firmware, now: datetime) -> Firmware:
    """Delete a firmware image with its binary. The answer is what it was. Raises NotFound when it is gone already."""
    for _ in range(_TRIES):
        if found.binary:
            _may_be_left(found.id, found.binary)
        if firmware.delete(found, now):
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


def _may_be_left(firmware_id: str, binary: Binary, seconds: int = queues.SETTLED_SECONDS) -> None:
    queues.send(LEFTOVERS, {"firmware": firmware_id, "key": binary.key}, seconds)


def _again(found: Firmware) -> Firmware:
    there = firmware.get(found.id)
    if there is None:
        raise NotFound(no_such_firmware(found.id))
    return there


def _refusal(found: Firmware, binary: Binary) -> BadRequest:
    """Why a binary cannot be a firmware image's; its bytes go. Raises NotFound when the image is gone."""
    binaries.delete(binary.key)
    _again(found)
    return BadRequest(BINARY_EXISTS)


def _received(firmware_id: str, arrival: Arrival, uploader: str) -> Binary:
    """What has come by S3, examined and kept with the binaries."""
    binary = _examined(firmware_id, arrival.chunks(), uploader)
    _may_be_left(firmware_id, binary, _RECEIVED_SECONDS)
    binaries.copy(binary, arrival.key, arrival.version)
    return binary


def _examined(firmware_id: str, chunks: Iterable[bytes], uploader: str) -> Binary:
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
