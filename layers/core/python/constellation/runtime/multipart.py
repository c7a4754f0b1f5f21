"""Read multipart/form-data (RFC 7578) and turn every fault into a domain error.

Only the fields that a route knows are checked.
"""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from constellation.common.errors import BadRequest, Invalid, TooLarge, Unsupported, Violation
from constellation.common.settings import DIRECT_FILE_LIMIT, REQUEST_LIMIT, settings
from constellation.common.sizes import megabytes, too_many_megabytes
from constellation.runtime.request import Request

if TYPE_CHECKING:
    from constellation.runtime.multipart_parser import Part


@dataclass(frozen=True)
class UploadedFile:
    """A file of a form: its bytes, and the name that the client gives it, which must not be trusted."""

    name: str
    data: bytes


_UNREADABLE = "The multipart body cannot be read"


Field = str | UploadedFile
"""What a part of a form holds."""


def read_form(request: Request, known: Collection[str], lists: Collection[str] = ()) -> dict[str, Field | list[Field]]:
    """Return the ``known`` fields of a form, by name. All others are ignored. Those in ``lists`` may be repeated.

    Raises Unsupported for another media type, TooLarge for more than one invocation carries, BadRequest for a body that
    cannot be parsed or a text that cannot be decoded, Invalid for another field that is sent twice.
    """
    parts = _parts(request)
    from constellation.runtime.multipart_parser import decoded

    fields: dict[str, Field | list[Field]] = {}
    listed: dict[str, list[Field]] = {}
    refuse_oversize(max((len(part.data) for part in parts if part.name in known), default=0))
    if len(request.body) > REQUEST_LIMIT:
        refuse_oversize(max((len(part.data) for part in parts), default=0))
        refuse_oversize_body(len(request.body))
    # A form can name the charset of its texts itself (RFC 7578, 4.6).
    charset = next((part.data.decode("latin-1") for part in parts if part.name == "_charset_"), "")
    for part in parts:
        if part.name not in known:
            continue
        if part.name in fields:
            raise Invalid(Violation(part.name, "This field must be sent once.", "repeated"))
        try:
            field = (
                decoded(part.data, part.charset or charset)
                if part.file_name is None
                else UploadedFile(part.file_name, part.data)
            )
        except UnicodeDecodeError as fault:
            raise BadRequest(_UNREADABLE) from fault
        if part.name in lists:
            listed.setdefault(part.name, []).append(field)
        else:
            fields[part.name] = field
    return {**fields, **listed}


def _parts(request: Request) -> "list[Part]":
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        refuse_oversize(len(request.body))
        raise Unsupported("Content-Type must be multipart/form-data")
    from constellation.runtime.multipart_parser import read_parts  # only requests with a form pay for the import

    try:
        return read_parts(request.body, content_type)
    except ValueError as fault:
        refuse_oversize(len(request.body))
        raise BadRequest(_UNREADABLE) from fault


def refuse_oversize_form(request: Request, known: Collection[str], lists: Collection[str] = ()) -> None:
    """Raise TooLarge for a form that does not fit in one invocation. Its other faults are found when it is read."""
    if len(request.body) > DIRECT_FILE_LIMIT:
        with contextlib.suppress(BadRequest, Invalid, Unsupported):
            read_form(request, known, lists)


def refuse_oversize(size: int) -> None:
    """Raise TooLarge for a file of ``size`` bytes that does not fit in one invocation."""
    if size > DIRECT_FILE_LIMIT:
        raise TooLarge(too_large(f"{megabytes(size)} MB", settings().presigned_image_limit))


def too_large(size: str, presigned_limit: int) -> str:
    """Return the message for a file that is too large for a form. ``size`` is text."""
    return (
        f"The file is too large for a direct upload ({size})."
        f" Use POST /api/uploads for files up to {megabytes(presigned_limit)} MB."
    )


def refuse_oversize_body(size: int) -> None:
    """Raise TooLarge for a body of more than REQUEST_LIMIT bytes."""
    if size > REQUEST_LIMIT:
        said = too_many_megabytes(size, REQUEST_LIMIT)
        raise TooLarge(f"The request is too large ({said} MB). The limit is {megabytes(REQUEST_LIMIT)} MB.")
