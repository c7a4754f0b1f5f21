"""Handler parameters of firmware: the firmware image that a path names, with the caller's right to it."""

from typing import Annotated

from constellation.common.errors import Malformed, NotFound
from constellation.firmware.access import FirmwareAccess, firmware_image
from constellation.firmware.model import Firmware, no_such_firmware
from constellation.runtime.binding import Load, PathId
from constellation.runtime.request import Caller, Request
from constellation.workspaces.rights import Operation, refusals

FirmwareId = Annotated[str, PathId(lambda text: NotFound(no_such_firmware(text)))]


def firmware_for(operation: Operation) -> Load:
    """Load the firmware image ``{image_id}`` for an operation."""

    def load(image_id: FirmwareId, caller: Caller) -> Firmware:
        return firmware_image(image_id, caller, operation).firmware

    return Load(load, uses=(firmware_image,), errors=refusals(operation))


def firmware_access_for(operation: Operation) -> Load:
    """Load the firmware image ``{image_id}`` with the caller's right to it."""

    def load(image_id: FirmwareId, caller: Caller) -> FirmwareAccess:
        return firmware_image(image_id, caller, operation)

    return Load(load, uses=(firmware_image,), errors=refusals(operation))


def require_json(request: Request) -> None:
    """Raise Malformed for a body whose Content-Type is not JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Malformed("The body must be application/json")
