"""Convert the file of an upload into an image, or into the binary of a firmware image.

The result is written in the transaction that makes the upload ready, so an upload has one result, however often it is
received.
"""

import contextlib
from collections.abc import Generator
from datetime import datetime

from constellation.accounts.users import get_user
from constellation.aws.bucket import Download
from constellation.common.errors import Forbidden, Invalid, NotFound, Violation
from constellation.common.names import safe_name
from constellation.common.sizes import check_size
from constellation.firmware import intel_hex
from constellation.firmware.access import firmware_image
from constellation.firmware.model import EXTENSION, Firmware, parse_file_name
from constellation.firmware.receive_binary import receive_binary, receive_firmware
from constellation.images.ingest import accept, add
from constellation.imaging.inspect.sniff import is_picture
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.uploads import store
from constellation.uploads.model import DROPPED, FIRMWARE, IMAGE, Upload, limit_of
from constellation.workspaces.locations import location_for_new, scope_for_new_firmware
from constellation.workspaces.model import CONSTELLATION_FIELD
from constellation.workspaces.rights import Operation

FILE_FIELD = "image"
"""The field of the file in the forms of other uploads, which violations of a file name."""


def kind_of(key: str, head: bytes) -> str:
    """Return what a dropped file is to become. Its content decides, then its name."""
    if is_picture(head):
        return IMAGE
    is_firmware = head.startswith(intel_hex.START_CODE) or key.lower().endswith(EXTENSION)
    return FIRMWARE if is_firmware else IMAGE


@operation(
    grants=[store.SETTLE],
    uses=[
        get_user,
        accept,
        add,
        location_for_new,
        firmware_image,
        receive_binary,
        receive_firmware,
        scope_for_new_firmware,
    ],
)
def convert(upload: Upload, download: Download, now: datetime) -> None:
    """Convert the file of an upload, and make the upload ready in the same transaction.

    Raises the errors of uploads with a form. Raises ConditionFailed or one of them where the upload is settled already.
    """
    if upload.is_dropped:
        _check_drop(upload)
    check_size(download.size, field=FILE_FIELD, limit=limit_of(upload.kind))
    if upload.size not in (None, download.size):
        raise Invalid(Violation("size", f"The file has {download.size} bytes, not {upload.size} as was said."))
    if upload.kind == IMAGE:
        _become_image(upload, download, now)
    elif upload.is_dropped:
        _become_firmware(upload, download, now)
    else:
        with _reported_for("image_id"):
            found = firmware_image(upload.firmware, Caller(upload.user_id), Operation.CHANGE_FIRMWARE)
            receive_binary(found.firmware, download, upload.user_id, now, store.to_settle(upload))


def _check_drop(upload: Upload) -> None:
    if not upload.user_id:
        form = f"{DROPPED}{{user_uuid}}/[{{constellation_uuid}}/]{{file name}}"
        raise Invalid(Violation("key", f"The key must be {form}."))
    with _reported_for("user_uuid"):
        get_user(upload.user_id)


def _become_image(upload: Upload, download: Download, now: datetime) -> None:
    with _reported_for(CONSTELLATION_FIELD):
        location = location_for_new(upload.constellation, upload.folder, Caller(upload.user_id))
    add(
        accept(download.data(), FILE_FIELD, limit_of(IMAGE)),
        safe_name(upload.name),
        upload.user_id,
        now,
        description=upload.description,
        is_public=upload.is_public,
        access=upload.access,
        location=location,
        image_id=upload.id,
        also=lambda _: [store.to_settle(upload)],
    )


def _become_firmware(upload: Upload, download: Download, now: datetime) -> None:
    """Create a firmware image, whose label and version are in the name of the file."""
    try:
        label, version = parse_file_name(upload.name)
    except ValueError as fault:
        raise Invalid(Violation("label", str(fault))) from None
    with _reported_for(CONSTELLATION_FIELD):
        scope_for_new_firmware(upload.constellation, Caller(upload.user_id))
        new = Firmware(upload.id, upload.user_id, upload.constellation or None, label, version, now)
        receive_firmware(new, download, store.to_settle(upload))


@contextlib.contextmanager
def _reported_for(field: str) -> Generator[None]:
    """Turn what is not found or forbidden inside into a violation of a field."""
    try:
        yield
    except (NotFound, Forbidden) as refusal:
        raise Invalid(Violation(field, refusal.message)) from None
