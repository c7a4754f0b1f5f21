"""Arguments of handlers that a path names: resources, with the caller's right to them, and numbers of pages.

A handler says no more of rights than its operation: ``image: Annotated[Image, image_for(Operation.SEE_IMAGE)]``.
"""

import re
from collections.abc import Callable
from typing import Annotated

from constellation.domain.constellations import (
    INVALID_ID,
    NO_SUCH_COMMENT,
    NO_SUCH_CONSTELLATION,
    NO_SUCH_FOLDER,
    Comment,
    Constellation,
    Membership,
)
from constellation.domain.errors import BadRequest, DomainError, Invalid, Malformed, NotFound, Violation
from constellation.domain.firmware import Firmware, no_such_firmware
from constellation.domain.images import Image
from constellation.domain.links import NO_SUCH_IMAGE
from constellation.domain.rights import Operation
from constellation.domain.trees import Folder
from constellation.domain.uploads import NO_SUCH_UPLOAD
from constellation.http.binding import Load, PathId
from constellation.http.request import Caller, Request
from constellation.services import access
from constellation.services.access import ImageAccess

ImageId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_IMAGE))]
ConstellationId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_CONSTELLATION))]
FirmwareId = Annotated[str, PathId(lambda text: NotFound(no_such_firmware(text)))]
FolderId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_FOLDER))]
UploadId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_UPLOAD))]
CommentId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_COMMENT))]


def member_for(operation: Operation) -> Load:
    """The caller's membership of ``{constellation_uuid}``, where an id that is none is a bad request."""
    return _membership(operation, lambda _: BadRequest(INVALID_ID))


def member_there_for(operation: Operation) -> Load:
    """The same where an id that is none is not found."""
    return _membership(operation, lambda _: NotFound(NO_SUCH_CONSTELLATION))


def folder_for(operation: Operation) -> Load:
    """The folder ``{folder_uuid}`` and its constellation."""

    def load(folder_uuid: FolderId, caller: Caller) -> tuple[Folder, Constellation]:
        return access.folder(folder_uuid, caller.user_id, operation)

    return Load(load)


def image_for(operation: Operation) -> Load:
    """The image ``{image_uuid}``."""

    def load(image_uuid: ImageId, caller: Caller) -> Image:
        return access.image(image_uuid, caller.user_id, operation).image

    return Load(load)


def image_access_for(operation: Operation) -> Load:
    """The same with its constellation and the caller's right."""

    def load(image_uuid: ImageId, caller: Caller) -> ImageAccess:
        return access.image(image_uuid, caller.user_id, operation)

    return Load(load)


def firmware_for(operation: Operation) -> Load:
    """The firmware image ``{image_id}``."""

    def load(image_id: FirmwareId, caller: Caller) -> Firmware:
        return access.firmware_image(image_id, caller.user_id, operation)

    return Load(load)


def shared_image_for(operation: Operation) -> Load:
    """The image ``{image_id}`` of the sharing surface, where another's public image is seen and forbidden."""

    def load(image_id: ImageId, caller: Caller) -> Image:
        return access.shared_image(image_id, caller.user_id, operation)

    return Load(load)


def require_json(request: Request) -> None:
    """Refuse a body that does not say to be JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Malformed("The body must be application/json")


def _deletable_comment(image_uuid: ImageId, comment_uuid: CommentId, caller: Caller) -> Comment:
    return access.deletable_comment(image_uuid, comment_uuid, caller.user_id)


def _page_number(request: Request) -> int:
    text = request.path_parameters["page"]
    if not re.fullmatch("[0-9]{1,18}", text, re.ASCII) or int(text) == 0:
        raise Invalid(Violation("page", "This value should be a whole number from 1 on."))
    return int(text)


def _membership(operation: Operation, otherwise: Callable[[str], DomainError]) -> Load:
    def load(constellation_uuid: Annotated[str, PathId(otherwise)], caller: Caller) -> Membership:
        return access.membership(constellation_uuid, caller.user_id, operation)

    return Load(load)


DeletableComment = Annotated[Comment, Load(_deletable_comment)]
"""The comment ``{comment_uuid}`` on the image ``{image_uuid}``, which the caller may delete."""

PageNumber = Annotated[int, Load(_page_number)]
"""``{page}`` of the path, from 1 on."""
