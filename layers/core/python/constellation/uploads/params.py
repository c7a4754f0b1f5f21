"""Handler parameters of uploads."""

from typing import Annotated

from constellation.common.errors import DomainError, Forbidden, NotFound
from constellation.runtime.binding import Load, PathId, json_object
from constellation.runtime.request import Caller, Request
from constellation.runtime.scopes import narrowed
from constellation.uploads.access import WRITING
from constellation.uploads.model import NO_SUCH_UPLOAD

UploadId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_UPLOAD))]


def _uploader(request: Request, caller: Caller) -> Caller:
    """Return the caller as its token lets it upload what the body says. Raise Forbidden if it does not let it.

    What is wrong with the body is said when its fields are read.
    """
    if not caller.token_id:
        return caller
    try:
        wanted = WRITING[json_object(request)["kind"]]
    except (DomainError, KeyError, TypeError):
        return caller
    return narrowed(caller, [wanted])


MAY_UPLOAD = Load(_uploader, errors=(Forbidden,))
"""The caller, with the right that its token gives to what is uploaded."""
