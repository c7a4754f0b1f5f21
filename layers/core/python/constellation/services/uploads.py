"""Files past the gateway's limit, and files that are dropped: both come by S3, and become what a form's file would.

An upload is settled once: what it becomes and that it is ready are written in one step, and whoever is told of its
object again, or was killed before that step, finds it as it is. Its object goes once it is settled. Each run notes its
beginning first, so that a file that ends its function every time is given up.
"""

import contextlib
import json
from collections.abc import Generator
from datetime import datetime

from constellation.binaries import intel_hex
from constellation.domain.accounts import NO_SUCH_USER
from constellation.domain.errors import (
    BadRequest,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    RetryLater,
    Unavailable,
    Violation,
)
from constellation.domain.firmware import BINARY_EXISTS, EXTENSION, Firmware, named
from constellation.domain.notifications import StoredObject
from constellation.domain.rights import Operation
from constellation.domain.sizes import check_size
from constellation.domain.uploads import (
    ARCHIVED,
    DROPPED,
    ENCRYPTED,
    FAILED,
    FIRMWARE,
    FORM_LIFE,
    IMAGE,
    NEVER_ENDED,
    NO_SUCH_UPLOAD,
    PENDING,
    POSTED,
    Upload,
    dropped,
    may_go_on,
    new_attempt,
    posted_id,
    safe_name,
)
from constellation.imaging.inspect.sniff import is_picture
from constellation.services import access, binaries
from constellation.services.access import FIRMWARE_ACCESS
from constellation.services.ingest import INGEST_PLACED, accept, store
from constellation.services.places import PLACING_IMAGES, place_for_new, scope_for_new_firmware
from constellation.settings import settings
from constellation.stores import accounts, incoming, uploads
from constellation.stores.aws import ConditionFailed
from constellation.stores.incoming import Arrival, Unreadable
from constellation.views.uploads import refusals

BEGIN = (*PLACING_IMAGES, *FIRMWARE_ACCESS, uploads.REGISTER, incoming.POST)
"""What a function that gives out forms needs."""

TAKE_IN = (
    accounts.READ,
    *FIRMWARE_ACCESS,
    *INGEST_PLACED,
    *binaries.RECEIVE,
    uploads.REGISTER,
    uploads.READ,
    uploads.SETTLE,
    *incoming.TAKE,
    incoming.LIST,
    incoming.REPORT,
)
"""What the function that takes in what has come needs."""

_FILE = "image"
"""What the forms of the other uploads call the file."""


class Misdirected(Exception):
    """An event of another bucket than that for what comes in, or of what does not come in there."""


def limit_of(kind: str) -> int:
    """The most bytes of a file that is to become an image, or firmware."""
    chosen = settings()
    return chosen.presigned_image_limit if kind == IMAGE else chosen.presigned_firmware_limit


def begin(upload: Upload) -> tuple[str, dict[str, str]]:
    """Register an upload, and give the address and the fields of a form that its file can be posted with.

    Raises Invalid, NotFound and Forbidden as the uploads of forms do, for what is known of the file already.
    """
    least, most = 1, limit_of(upload.kind)
    if upload.size is not None:
        check_size(upload.size, field="size", limit=most)
        least = most = upload.size
    if upload.kind == FIRMWARE:
        _check_firmware(upload)
    else:
        place_for_new(upload.constellation, upload.folder, upload.user_id)
    uploads.register(upload)
    return incoming.sign_form(upload.key, least, most, int(FORM_LIFE.total_seconds()))


def find(upload_id: str, user_id: str) -> Upload:
    """An upload of a user's. Raises NotFound."""
    found = uploads.get(upload_id)
    if found is None or found.user_id != user_id:
        raise NotFound(NO_SUCH_UPLOAD)
    return found


def take_in(arrived: StoredObject, now: datetime) -> None:
    """Make of an object that has come what it is to become, or refuse it. Safe to repeat.

    Nothing where it is gone, for it was settled or deleted before. Raises Misdirected.
    """
    if arrived.bucket != incoming.bucket() or not arrived.key.startswith((POSTED, DROPPED)):
        raise Misdirected
    if arrived.key.endswith("/"):  # what consoles make of a folder
        return
    arrival = incoming.arrival(arrived.key, arrived.version)
    if arrival is None:
        return
    if isinstance(arrival, Unreadable):
        upload = _refused(arrival, now)
    else:
        with contextlib.closing(arrival):
            upload = _registered(arrival, arrival.head, now)
            if upload and upload.status == PENDING:
                upload = _attempted(upload, arrival, now)
    if upload and upload.status == FAILED and upload.is_dropped:
        incoming.report(upload.report_key, _report(upload))
    incoming.delete(arrival.key, arrival.version)


def _refused(arrival: Unreadable, now: datetime) -> Upload | None:
    """The upload whose object cannot be read, once it has failed, or whatever it was settled as before."""
    upload = _registered(arrival, b"", now)
    if upload is None or upload.status != PENDING:
        return upload
    violation = Violation(_FILE, ARCHIVED if arrival.archived else ENCRYPTED)
    return uploads.fail(upload, (violation,)) or uploads.get(upload.id)


def _registered(arrival: Arrival | Unreadable, head: bytes, now: datetime) -> Upload | None:
    """The upload that has come; None where nobody has asked for its form."""
    if arrival.key.startswith(DROPPED):
        return uploads.register(dropped(arrival.key, arrival.version, _kind(arrival.key, head), now))
    upload_id = posted_id(arrival.key)
    return uploads.get(upload_id) if upload_id else None


def _kind(key: str, head: bytes) -> str:
    """What a dropped file is to become: its content decides, then its name."""
    if is_picture(head):
        return IMAGE
    is_firmware = head.startswith(intel_hex.START_CODE) or key.lower().endswith(EXTENSION)
    return FIRMWARE if is_firmware else IMAGE


def _attempted(upload: Upload, arrival: Arrival, now: datetime) -> Upload | None:
    """The upload once it is ready or failed. What ends its function every time fails, and is not told of for ever.

    Raises Unavailable while as many attempts as there may be can be under way.
    """
    attempt = new_attempt(now)
    try:
        there = uploads.begin(upload, attempt)
        if there is None:
            return _settled(upload, arrival, now)
    except RetryLater:
        # Nobody's fault but the services'. Where they are too busy even for this, it counts.
        with contextlib.suppress(RetryLater):
            uploads.take_back(upload, attempt)
        raise
    if there.status != PENDING:
        return there
    if any(may_go_on(each, now) for each in there.attempts):
        raise Unavailable
    return uploads.fail(upload, (Violation(_FILE, NEVER_ENDED),)) or uploads.get(upload.id)


def _settled(upload: Upload, arrival: Arrival, now: datetime) -> Upload | None:
    """The upload once it is ready or failed, by this or by somebody else's doing."""
    try:
        if upload.is_dropped:
            _check_drop(upload)
        check_size(arrival.size, field=_FILE, limit=limit_of(upload.kind))
        if upload.size not in (None, arrival.size):
            raise Invalid(Violation("size", f"The file has {arrival.size} bytes, not {upload.size} as was said."))
        if upload.kind == FIRMWARE:
            _become_firmware(upload, arrival, now)
        else:
            _become_image(upload, arrival, now)
    except RetryLater:
        raise
    except DomainError as refusal:
        said = refusal.violations if isinstance(refusal, Invalid) else (Violation(_FILE, refusal.message),)
        return uploads.fail(upload, said) or uploads.get(upload.id)
    except ConditionFailed:
        return uploads.get(upload.id)
    return upload


def _become_image(upload: Upload, arrival: Arrival, now: datetime) -> None:
    with _said_of("constellation_uuid"):
        place = place_for_new(upload.constellation, upload.folder, upload.user_id)
    store(
        accept(arrival.data(), _FILE, limit_of(IMAGE)),
        safe_name(upload.name),
        upload.user_id,
        now,
        description=upload.description,
        is_public=upload.is_public,
        place=place,
        image_id=upload.id,
        also=[uploads.settling(upload)],
    )


def _become_firmware(upload: Upload, arrival: Arrival, now: datetime) -> None:
    if not upload.is_dropped:
        with _said_of("image_id"):
            found = access.firmware_image(upload.firmware, upload.user_id, Operation.CHANGE_FIRMWARE)
            binaries.receive(found, arrival, upload.user_id, now, uploads.settling(upload))
        return
    try:
        label, number = named(upload.name)
    except ValueError as fault:
        raise Invalid(Violation("label", str(fault))) from None
    with _said_of("constellation_uuid"):
        scope_for_new_firmware(upload.constellation, upload.user_id)
        new = Firmware(upload.id, upload.user_id, upload.constellation or None, label, number, now)
        binaries.receive_new(new, arrival, uploads.settling(upload))


def _check_firmware(upload: Upload) -> None:
    found = access.firmware_image(upload.firmware, upload.user_id, Operation.CHANGE_FIRMWARE)
    if found.binary:
        raise BadRequest(BINARY_EXISTS)


def _check_drop(upload: Upload) -> None:
    if not upload.user_id:
        form = f"{DROPPED}{{user_uuid}}/[{{constellation_uuid}}/]{{file name}}"
        raise Invalid(Violation("key", f"The key must be {form}."))
    if accounts.find(upload.user_id) is None:
        raise Invalid(Violation("user_uuid", NO_SUCH_USER))


@contextlib.contextmanager
def _said_of(field: str) -> Generator[None]:
    """What is not found or forbidden inside is a fault of this field."""
    try:
        yield
    except (NotFound, Forbidden) as refusal:
        raise Invalid(Violation(field, refusal.message)) from None


def _report(upload: Upload) -> str:
    told = {"key": upload.key, "upload": upload.id, "violations": refusals(upload.violations)}
    return json.dumps(told, ensure_ascii=False, indent=2)
