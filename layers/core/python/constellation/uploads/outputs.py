"""The answers of the routes of uploads."""

from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict

from constellation.common.errors import Violation
from constellation.common.ids import Id
from constellation.common.times import Time, to_wire
from constellation.uploads.model import FAILED, PENDING, READY, Upload, limit_of


class UploadForm(TypedDict):
    """The form that a file is posted with to ``url``: first these fields, then the file in the field ``file``.

    ``maxSize`` is the largest size of the file in bytes. A file whose size was announced must have that size.
    """

    id: Id
    url: str
    fields: Mapping[str, str]
    expiresAt: Time
    maxSize: int


class Refusal(TypedDict):
    """A fault of a file."""

    property: str
    message: str


class UploadStatus(TypedDict):
    """The status of an upload: pending, ready with the id of its image, or failed with the violations."""

    id: Id
    status: Annotated[str, (PENDING, READY, FAILED)]
    imageId: NotRequired[Id]
    violations: NotRequired[list[Refusal]]


def form(upload: Upload, url: str, fields: Mapping[str, str], max_size: int) -> UploadForm:
    """Return the form that an upload is posted with."""
    return {
        "id": upload.id,
        "url": url,
        "fields": fields,
        "expiresAt": to_wire(upload.expires_at),
        "maxSize": max_size,
    }


def begun(upload: Upload, signed: tuple[str, Mapping[str, str]] | None) -> UploadForm | UploadStatus:
    """Return the form that an upload is posted with, or the status of one whose file is fetched."""
    return form(upload, *signed, limit_of(upload.kind)) if signed else status(upload)


def location(upload: Upload) -> dict[str, str]:
    """Return the header with the address of the status of an upload."""
    return {"Location": f"/api/uploads/{upload.id}"}


def status(upload: Upload) -> UploadStatus:
    """Return the status of an upload."""
    told: UploadStatus = {"id": upload.id, "status": upload.status}
    if upload.status == READY:
        told["imageId"] = upload.result
    if upload.status == FAILED:
        told["violations"] = refusals(upload.violations)
    return told


def refusals(violations: tuple[Violation, ...]) -> list[Refusal]:
    """Return the violations that a file was refused for."""
    return [{"property": each.property, "message": each.message} for each in violations]
