"""Handler parameters of images: the image or comment that a path names, with the caller's right to it."""

from typing import Annotated

from constellation.common.errors import NotFound
from constellation.images import access
from constellation.images.access import ImageAccess
from constellation.images.model import NO_SUCH_COMMENT, NO_SUCH_IMAGE, Comment, Image
from constellation.runtime.binding import Load, PathId
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Operation, refusals

ImageId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_IMAGE))]
CommentId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_COMMENT))]


def image_for(operation: Operation) -> Load:
    """Load the image ``{image_uuid}``."""

    def load(image_uuid: ImageId, caller: Caller) -> Image:
        return access.image(image_uuid, caller, operation).image

    return Load(load, uses=(access.image,), errors=refusals(operation))


def image_access_for(operation: Operation) -> Load:
    """Load the image ``{image_uuid}`` with its constellation and the caller's right."""

    def load(image_uuid: ImageId, caller: Caller) -> ImageAccess:
        return access.image(image_uuid, caller, operation)

    return Load(load, uses=(access.image,), errors=refusals(operation))


def shared_image_for(operation: Operation) -> Load:
    """Load the image ``{image_id}`` of the sharing surface. A public image of another user is forbidden."""

    def load(image_id: ImageId, caller: Caller) -> Image:
        return access.shared_image(image_id, caller, operation).image

    return Load(load, uses=(access.shared_image,))


def shared_image_access_for(operation: Operation) -> Load:
    """Load the image ``{image_id}`` of the sharing surface with its constellation and the caller's right."""

    def load(image_id: ImageId, caller: Caller) -> ImageAccess:
        return access.shared_image(image_id, caller, operation)

    return Load(load, uses=(access.shared_image,))


def _taggable(image_id: ImageId, caller: Caller) -> Image:
    return access.taggable_image(image_id, caller)


TaggableImage = Annotated[Image, Load(_taggable, uses=(access.taggable_image,))]
"""The image ``{image_id}``, which is the caller's, or which it may change. Its tags are the owner's."""


def _deletable_comment(image_uuid: ImageId, comment_uuid: CommentId, caller: Caller) -> Comment:
    return access.deletable_comment(image_uuid, comment_uuid, caller)


DeletableComment = Annotated[Comment, Load(_deletable_comment, uses=(access.deletable_comment,))]
"""The comment ``{comment_uuid}`` on the image ``{image_uuid}``, which the caller may delete."""
