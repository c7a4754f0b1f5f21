"""What the routes of uploads past the gateway's limit answer."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from constellation.common.errors import Violation
from constellation.common.times import to_wire
from constellation.uploads.model import FAILED, READY, Upload


class UploadForm(TypedDict):
    """Where to post a file until when: a form with these fields, and then the file in the field ``file``.

    ``maxSize`` is the most bytes of such a file; where its size was announced, it must be that.
    """

    id: str
    url: str
    fields: Mapping[str, str]
    expiresAt: str
    maxSize: int


class Refusal(TypedDict):
    """One thing that is wrong with a file."""

    property: str
    message: str


class UploadStatus(TypedDict):
    """Whether an upload is pending, ready or failed: what it has become, or what it was refused for."""

    id: str
    status: str
    imageId: NotRequired[str]
    violations: NotRequired[list[Refusal]]


def form(upload: Upload, url: str, fields: Mapping[str, str], max_size: int) -> UploadForm:
    """The answer to whoever wants to upload."""
    return {
        "id": upload.id,
        "url": url,
        "fields": fields,
        "expiresAt": to_wire(upload.expires_at),
        "maxSize": max_size,
    }


def location(upload: Upload) -> dict[str, str]:
    """The header that says where the status of an upload is."""
    return {"Location": f"/api/uploads/{upload.id}"}


def status(upload: Upload) -> UploadStatus:
    """How it stands with an upload."""
    told: UploadStatus = {"id": upload.id, "status": upload.status}
    if upload.status == READY:
        told["imageId"] = upload.result
    if upload.status == FAILED:
        told["violations"] = refusals(upload.violations)
    return told


def refusals(violations: tuple[Violation, ...]) -> list[Refusal]:
    """What a file was refused for."""
    return [{"property": each.property, "message": each.message} for each in violations]
