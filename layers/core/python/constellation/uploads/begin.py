"""Begin an upload: register it, and sign the form that its file is posted with or have its file fetched."""

from collections.abc import Callable, Sequence

from constellation.aws.queue import Queue
from constellation.aws.resources import SOURCES, Grant
from constellation.aws.table import Part
from constellation.common.errors import BadRequest, Forbidden, Invalid
from constellation.common.sizes import check_size
from constellation.firmware.access import firmware_image
from constellation.firmware.model import BINARY_EXISTS
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.uploads import incoming_store, store
from constellation.uploads.model import FIRMWARE, FORM_LIFE, Upload, fetch_limit, limit_of
from constellation.workspaces.locations import location_for_new
from constellation.workspaces.rights import Operation

Signed = tuple[str, dict[str, str]]
"""The address and the fields of a form."""

_REGISTERED_SECONDS = 1
"""After so long an upload is registered. If it takes longer, the reconciliation requests the fetch again."""

SEND = Grant(SOURCES, ("sqs:SendMessage",))


@operation(
    grants=[store.REGISTER, incoming_store.POST, SEND],
    errors=[BadRequest, Invalid, Forbidden],
    uses=[location_for_new, firmware_image],
)
def begin(upload: Upload, caller: Caller, also: Callable[[Signed | None], Sequence[Part]]) -> Signed | None:
    """Register an upload, and return the form that its file is posted with. Write ``also`` in the same transaction.

    Of a file that has to be fetched, request the fetch and return None.

    Check what is known of the file already: raises Invalid, NotFound and Forbidden like an upload with a form, and
    BadRequest where the firmware image has a binary.
    """
    _check_size(upload)
    if upload.kind == FIRMWARE:
        _check_firmware(upload, caller)
    else:
        location_for_new(upload.constellation, upload.folder, caller)
    if upload.source:
        request_fetch(upload)  # first, so that no upload that its user was not told of becomes an image much later
        store.register(upload, *also(None))
        return None
    return begin_posted(upload, also)


@operation(grants=[store.REGISTER, incoming_store.POST], errors=[Invalid])
def begin_posted(upload: Upload, also: Callable[[Signed | None], Sequence[Part]]) -> Signed:
    """Register an upload that may go where it goes, and return the form that its file is posted with.

    Write ``also`` in the same transaction. Raises Invalid for a size that is too large.
    """
    _check_size(upload)
    least, most = (1, limit_of(upload.kind)) if upload.size is None else (upload.size, upload.size)
    signed = incoming_store.sign_form(upload.key, least, most, int(FORM_LIFE.total_seconds()))
    store.register(upload, *also(signed))
    return signed


def request_fetch(upload: Upload) -> None:
    """Have the file of an upload fetched, once the upload is registered.

    A user's many fetches do not hold up those of others.
    """
    Queue(SOURCES).send({"upload": upload.id}, delay=_REGISTERED_SECONDS, group=upload.user_id)


def _check_size(upload: Upload) -> None:
    if upload.size is not None:
        check_size(upload.size, field="size", limit=fetch_limit() if upload.source else limit_of(upload.kind))


def _check_firmware(upload: Upload, caller: Caller) -> None:
    found = firmware_image(upload.firmware, caller, Operation.CHANGE_FIRMWARE)
    if found.firmware.binary:
        raise BadRequest(BINARY_EXISTS)
