"""Response bodies of images, for both surfaces."""

from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict

from constellation.accounts.model import User
from constellation.common.errors import DomainError
from constellation.common.ids import Id
from constellation.common.times import Time, to_wire
from constellation.images.model import CENTER, Access, Comment, Image, MediaType
from constellation.runtime.dialects import ImageRefusal, refusal
from constellation.workspaces.rights import Right, RightName


class StoredImage(TypedDict):
    """A new image with its name."""

    uuid: Id
    filename: str


def stored(image: Image) -> StoredImage:
    """Return a new image with its name."""
    return {"uuid": image.id, "filename": image.name}


class ImageEntry(TypedDict):
    """An image. Its ``url`` is its public link."""

    image_uuid: Id
    name: str
    url: str


class SeenImage(ImageEntry):
    """An image with what describes its picture. ``width`` and ``height`` are in pixels."""

    mime_type: MediaType
    width: int
    height: int


class ListedEntry(SeenImage):
    """An image in a list. An image from before there were placeholders has none."""

    placeholder: NotRequired[str]


class ImageMetadata(SeenImage):
    """An image with its metadata. ``size`` is in bytes."""

    size: int
    rights: RightName
    constellation_uuid: Id | None
    folder_uuid: Id | None
    created: Time
    updated: Time | None


class ImageEntries(TypedDict):
    """Images that the caller sees, with a cursor if more follow."""

    images: list[ListedEntry]
    next_cursor: NotRequired[str]


class CommentEntry(TypedDict):
    """A comment with its author. ``user_name`` is null for a user that no longer exists."""

    comment_uuid: Id
    content: str
    user_uuid: Id
    user_name: str | None
    created: Time


def image_entry(image: Image) -> ImageEntry:
    """Return an image with its public link."""
    return {"image_uuid": image.id, "name": image.name, "url": f"/image/{image.file_name}"}


def seen_image(image: Image) -> SeenImage:
    """Return an image with what describes its picture."""
    return {
        **image_entry(image),
        "mime_type": image.media_type,
        "width": image.width,
        "height": image.height,
    }


def listed_entry(image: Image) -> ListedEntry:
    """Return an image as it is listed."""
    entry: ListedEntry = {**seen_image(image)}
    if image.placeholder:
        entry["placeholder"] = image.placeholder
    return entry


def image_metadata(image: Image, right: Right) -> ImageMetadata:
    """Return an image with its metadata, for a user with a right to it."""
    return {
        **seen_image(image),
        "size": image.size,
        "rights": right.name,
        "constellation_uuid": image.location.constellation if image.location else None,
        "folder_uuid": image.location.folder if image.location else None,
        "created": to_wire(image.created_at),
        "updated": to_wire(image.updated_at) if image.updated_at else None,
    }


def comment_entry(comment: Comment, users: Mapping[str, User]) -> CommentEntry:
    """Return a comment with its author's name, if the author is among ``users``."""
    author = users.get(comment.author)
    return {
        "comment_uuid": comment.id,
        "content": comment.content,
        "user_uuid": comment.author,
        "user_name": author.display_name if author else None,
        "created": to_wire(comment.created_at),
    }


class Uploaded(TypedDict):
    """The id of a new image."""

    id: Id


class UploadResult(TypedDict):
    """The result for one file: the status that a request for it alone would have, and the image or the error."""

    status: int
    image: NotRequired[Uploaded]
    error: NotRequired[ImageRefusal]


class UploadResults(TypedDict):
    """The results for several files, in the order of the request."""

    results: list[UploadResult]


class ExternallyUploaded(TypedDict):
    """A new image with its public links."""

    id: Id
    url: str
    thumbnailUrl: str


def uploaded(image: Image) -> Uploaded:
    """Return the response to an upload."""
    return {"id": image.id}


def upload_results(outcomes: Iterable[Uploaded | DomainError]) -> UploadResults:
    """Return the response to an upload of several files."""
    return {"results": [_upload_result(each) for each in outcomes]}


def _upload_result(outcome: Uploaded | DomainError) -> UploadResult:
    if not isinstance(outcome, DomainError):
        return {"status": 201, "image": outcome}
    status, error = refusal(outcome)
    return {"status": status, "error": error}


def externally_uploaded(image: Image) -> ExternallyUploaded:
    """Return the response to an upload with an API key."""
    return {
        "id": image.id,
        "url": f"/api/image/{image.file_name}",
        "thumbnailUrl": f"/api/image/{image.thumbnail_name}",
    }


def location(image: Image) -> dict[str, str]:
    """Return the header with the address of a new image's metadata."""
    return {"Location": f"/api/image/{image.id}/detail"}


class ImageDetail(TypedDict):
    """An image with its metadata, for its owner."""

    id: Id
    fileName: str
    description: str
    isPublic: bool
    createdAt: Time
    updatedAt: Time | None
    views: int
    size: int
    mimeType: MediaType
    width: int
    height: int
    supportsResize: bool
    url: str
    access: Access
    focus: str | None
    tags: list[str]
    placeholder: NotRequired[str]


def detail(image: Image) -> ImageDetail:
    """Return an image with its metadata, for its owner."""
    entry: ImageDetail = {
        "id": image.id,
        "fileName": image.file_name,
        "description": image.description,
        "isPublic": image.is_public,
        "createdAt": to_wire(image.created_at),
        "updatedAt": to_wire(image.updated_at) if image.updated_at else None,
        "views": image.views,
        "size": image.size,
        "mimeType": image.media_type,
        "width": image.width,
        "height": image.height,
        "supportsResize": True,
        "url": f"/image/{image.file_name}",
        "access": image.access,
        "focus": None if image.focus == CENTER else image.focus,
        "tags": list(image.tags),
    }
    if image.placeholder:
        entry["placeholder"] = image.placeholder
    return entry


class FoundFiles(TypedDict):
    """The caller's images by the SHA-256 digests of the files that they were uploaded as.

    Files of which there is no image are left out.
    """

    found: dict[str, list[Id]]
