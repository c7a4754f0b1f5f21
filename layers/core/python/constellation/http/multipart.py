"""Reading multipart/form-data (RFC 7578) with the ``multipart`` package, every fault a domain error."""

import contextlib
import io
from typing import Any, cast

from constellation.domain.errors import BadRequest, Invalid, TooLarge, Unsupported, Violation
from constellation.domain.sizes import megabytes
from constellation.domain.uploads import UploadedFile
from constellation.http.request import Request
from constellation.settings import DIRECT_FILE_LIMIT, REQUEST_LIMIT, settings


def read_form(request: Request) -> dict[str, str | UploadedFile]:
    """The fields of a form by name.

    Raises Unsupported for what is no multipart, TooLarge past what one invocation carries, BadRequest for
    a body that cannot be parsed, Invalid for a field that comes twice.
    """
    from multipart import MultipartError  # only functions that take forms pay for the import

    try:
        fields: dict[str, str | UploadedFile] = {}
        for part in _parts(request):
            if part.name in fields:
                raise Invalid(Violation(part.name, "This field must be sent once.", "repeated"))
            fields[part.name] = part.raw.decode() if part.filename is None else UploadedFile(part.filename, part.raw)
        return fields
    except (MultipartError, ValueError, LookupError) as fault:
        refuse_oversize(len(request.body))
        raise BadRequest("The multipart body cannot be read") from fault


def _parts(request: Request) -> list[Any]:
    """All parts, held in memory, none of them larger than one invocation carries."""
    import multipart

    library = cast("Any", multipart)  # it is typed in part only
    media_type, options = library.parse_options_header(request.headers.get("content-type", ""))
    if media_type.lower() != "multipart/form-data":
        refuse_oversize(len(request.body))
        raise Unsupported("Content-Type must be multipart/form-data")
    in_memory = len(request.body) + 1
    parser = library.MultipartParser(
        io.BytesIO(request.body),
        options.get("boundary", ""),
        content_length=len(request.body),
        strict=True,
        spool_limit=in_memory,
        memory_limit=in_memory,
    )
    parts = list(parser)
    refuse_oversize(max((part.size for part in parts), default=0))
    refuse_oversize_body(len(request.body))
    return parts


def refuse_oversize_form(request: Request) -> None:
    """Raise TooLarge for a form that does not fit in one invocation; its other faults come up when it is read."""
    if len(request.body) > DIRECT_FILE_LIMIT:
        with contextlib.suppress(BadRequest, Invalid, Unsupported):
            read_form(request)


def refuse_oversize(size: int) -> None:
    """Raise TooLarge for a file of ``size`` bytes that does not fit in one invocation."""
    if size > DIRECT_FILE_LIMIT:
        raise TooLarge(too_large(f"{megabytes(size)} MB", settings().presigned_image_limit))


def too_large(size: str, presigned_limit: int) -> str:
    """What is said of a file of ``size``, a text; larger ones, up to ``presigned_limit`` bytes, have another way in."""
    return (
        f"The file is too large for a direct upload ({size})."
        f" Use POST /api/uploads for files up to {megabytes(presigned_limit)} MB."
    )


def refuse_oversize_body(size: int) -> None:
    """Raise TooLarge for a body without a file of more than REQUEST_LIMIT bytes."""
    if size > REQUEST_LIMIT:
        raise TooLarge(f"The request is too large ({megabytes(size)} MB). The limit is {megabytes(REQUEST_LIMIT)} MB.")
