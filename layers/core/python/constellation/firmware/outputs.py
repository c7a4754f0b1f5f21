"""What document 002's routes answer."""

from typing import NotRequired, TypedDict

from constellation.common.times import to_wire
from constellation.firmware.model import INTEL_HEX, Entry, Firmware


class CreatedFirmware(TypedDict):
    """A new firmware image; ``url`` is its address."""

    id: str
    label: str
    published_at: str
    url: str


class FirmwareEntry(TypedDict):
    """A firmware image in a list; it is ``confirmed`` when it has a binary."""

    created: str
    confirmed: bool
    label: str
    fw_version: str
    id: str


class SegmentEntry(TypedDict):
    """Bytes that lie together: the first one's address, and how many they are."""

    start: int
    length: int


class FirmwareDetail(FirmwareEntry):
    """All that is known of a firmware image; of its binary the hex SHA-256, the file's bytes and the format."""

    sha256: NotRequired[str]
    size: NotRequired[int]
    format: NotRequired[str]
    segments: NotRequired[list[SegmentEntry]]


class Result(TypedDict):
    """How it went."""

    result: str


class RemovedFirmware(Result):
    """What was deleted, as it was."""

    removed_image: FirmwareEntry


class RefusedRange(TypedDict):
    """What is said of a range that lies outside of a binary."""

    message: str
    status: int


class UploadedBinary(TypedDict):
    """Which firmware image has got its binary."""

    image: str
    message: str


def refused_range(size: int) -> RefusedRange:
    """The answer to a range that lies outside of a binary of ``size`` bytes."""
    return {"message": f"The range lies outside of the {size} bytes of the binary", "status": 416}


def created(firmware: Firmware) -> CreatedFirmware:
    """The answer to a creation."""
    return {
        "id": firmware.id,
        "label": firmware.label,
        "published_at": to_wire(firmware.created_at),
        "url": address(firmware),
    }


def address(firmware: Firmware) -> str:
    """Where a firmware image is described."""
    return f"/image/{firmware.id}"


def firmware_entry(firmware: Firmware) -> FirmwareEntry:
    """A firmware image in a list."""
    return {
        "created": to_wire(firmware.created_at),
        "confirmed": firmware.confirmed,
        "label": firmware.label,
        "fw_version": firmware.version.text,
        "id": firmware.id,
    }


def listed_firmware(entry: Entry) -> FirmwareEntry:
    """The same as an index has it."""
    return {
        "created": entry.created,
        "confirmed": entry.confirmed,
        "label": entry.label,
        "fw_version": entry.version,
        "id": entry.id,
    }


def firmware_detail(firmware: Firmware) -> FirmwareDetail:
    """All of a firmware image but its bytes."""
    entry, binary = firmware_entry(firmware), firmware.binary
    if binary is None:
        return {**entry}
    detail: FirmwareDetail = {**entry, "sha256": binary.sha256, "size": binary.size, "format": binary.format}
    if binary.format != INTEL_HEX:
        return detail
    return {**detail, "segments": [{"start": each.start, "length": each.length} for each in binary.segments]}
