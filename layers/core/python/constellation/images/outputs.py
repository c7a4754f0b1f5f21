"""Response bodies of images, for both surfaces."""

from typing import NotRequired, TypedDict

from constellation.common.ids import Id
from constellation.common.times import Time, to_wire
from constellation.images.model import Comment, Image, MediaType
from constellation.workspaces.tree import File


class StoredImage(TypedDict):
    """A new image with its name."""

    uuid: Id
    filename: str


class ImageEntry(TypedDict):
    """An image. Its ``url`` is its public link."""

    image_uuid: Id
    name: str
    url: str


class ImageMetadata(ImageEntry):
    """An image with its metadata. ``size`` is in bytes, ``width`` and ``height`` in pixels."""

    mime_type: MediaType
    size: int
    width: int
    height: int
    constellation_uuid: Id | None
    folder_uuid: Id | None
    created: Time
    updated: Time | None


class ImageEntries(TypedDict):
    """Images that the caller sees, with a cursor if more follow."""

    images: list[ImageEntry]
    next_cursor: NotRequired[str]


class CommentEntry(TypedDict):
    """A comment with its author."""

    comment_uuid: Id
    content: str
    user_uuid: Id
    created: Time


def image_entry(item: Image | File) -> ImageEntry:
    """Return an image as it is listed."""
    return {"image_uuid": item.id, "name": item.name, "url": f"/image/{item.id}.{item.extension}"}


def image_metadata(image: Image) -> ImageMetadata:
    """Return an image with its metadata."""
    return {
        **image_entry(image),
        "mime_type": image.media_type,
        "size": image.size,
        "width": image.width,
        "height": image.height,
        "constellation_uuid": image.location.constellation if image.location else None,
        "folder_uuid": image.location.folder if image.location else None,
        "created": to_wire(image.created_at),
        "updated": to_wire(image.updated_at) if image.updated_at else None,
    }


def comment_entry(comment: Comment) -> CommentEntry:
    """Return a comment as it is listed."""
    return {
        "comment_uuid": comment.id,
        "content": comment.content,
        "user_uuid": comment.author,
        "created": to_wire(comment.created_at),
    }


class Uploaded(TypedDict):
    """The id of a new image."""

    id: Id


class ExternallyUploaded(TypedDict):
    """A new image with its public links."""

    id: Id
    url: str
    thumbnailUrl: str


def uploaded(image: Image) -> Uploaded:
    """Return the response to an upload."""
    return {"id": image.id}


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


def detail(image: Image) -> ImageDetail:
    """Return an image with its metadata, for its owner."""
    return {
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
    }
