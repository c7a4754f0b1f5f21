"""The answers of the routes of document 002."""

from typing import Annotated, Literal, NotRequired, TypedDict

from constellation.common.ids import Id
from constellation.common.times import Time, to_wire
from constellation.firmware.model import INTEL_HEX, OPAQUE, Entry, Firmware
from constellation.workspaces.rights import Right, RightName


class CreatedFirmware(TypedDict):
    """A new firmware image. ``url`` is its address."""

    id: Id
    label: str
    published_at: Time
    url: str


class FirmwareEntry(TypedDict):
    """A firmware image in a list. It is ``confirmed`` when it has a binary."""

    created: Time
    confirmed: bool
    label: str
    fw_version: str
    id: Id


class SegmentEntry(TypedDict):
    """Contiguous bytes: the address of the first one, and their number."""

    start: int
    length: int


class FirmwareDetail(FirmwareEntry):
    """A firmware image with the caller's right, and the digest, size in bytes, format and segments of its binary."""

    rights: RightName
    sha256: NotRequired[str]
    size: NotRequired[int]
    format: NotRequired[Annotated[str, (INTEL_HEX, OPAQUE)]]
    segments: NotRequired[list[SegmentEntry]]


class Result(TypedDict):
    """The result of a deletion."""

    result: Literal["ok"]


class RemovedFirmware(Result):
    """The firmware image that was deleted, as it was before."""

    removed_image: FirmwareEntry


class RefusedRange(TypedDict):
    """The refusal of a range that lies outside of a binary."""

    message: str
    status: int


class UploadedBinary(TypedDict):
    """The id of the firmware image that has received its binary."""

    image: Id
    message: str


def refused_range(size: int) -> RefusedRange:
    """Return the refusal of a range that lies outside of a binary of ``size`` bytes."""
    return {"message": f"The range lies outside of the {size} bytes of the binary", "status": 416}


def created(firmware: Firmware) -> CreatedFirmware:
    """Return the answer to the creation of a firmware image."""
    return {
        "id": firmware.id,
        "label": firmware.label,
        "published_at": to_wire(firmware.created_at),
        "url": address(firmware),
    }


def address(firmware: Firmware) -> str:
    """Return the path of a firmware image."""
    return f"/image/{firmware.id}"


def firmware_entry(firmware: Firmware) -> FirmwareEntry:
    """Return a firmware image as a list shows it."""
    return {
        "created": to_wire(firmware.created_at),
        "confirmed": firmware.confirmed,
        "label": firmware.label,
        "fw_version": firmware.version.text,
        "id": firmware.id,
    }


def listed_firmware(entry: Entry) -> FirmwareEntry:
    """Return an entry of an index as a list shows it."""
    return {
        "created": entry.created,
        "confirmed": entry.confirmed,
        "label": entry.label,
        "fw_version": entry.version,
        "id": entry.id,
    }


def firmware_detail(firmware: Firmware, right: Right) -> FirmwareDetail:
    """Return all of a firmware image except its bytes, for a user with a right to it."""
    entry: FirmwareDetail = {**firmware_entry(firmware), "rights": right.name}
    binary = firmware.binary
    if binary is None:
        return entry
    detail: FirmwareDetail = {**entry, "sha256": binary.sha256, "size": binary.size, "format": binary.format}
    if binary.format != INTEL_HEX:
        return detail
    return {**detail, "segments": [{"start": each.start, "length": each.length} for each in binary.segments]}
