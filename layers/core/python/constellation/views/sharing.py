"""What document 003's routes answer."""

from collections.abc import Mapping
from datetime import UTC
from typing import NotRequired, TypedDict

from constellation.domain.accounts import User
from constellation.domain.images import Image
from constellation.domain.times import to_wire

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Uploaded(TypedDict):
    """A new image."""

    id: str


class ExternallyUploaded(TypedDict):
    """A new image, with its public links."""

    id: str
    url: str
    thumbnailUrl: str


def uploaded(image: Image) -> Uploaded:
    """The answer to an upload."""
    return {"id": image.id}


def externally_uploaded(image: Image) -> ExternallyUploaded:
    """The answer to an upload with an API key."""
    return {
        "id": image.id,
        "url": f"/api/image/{image.file_name}",
        "thumbnailUrl": f"/api/image/{image.thumbnail_name}",
    }


def location(image: Image) -> dict[str, str]:
    """The header that says where a new image is described."""
    return {"Location": f"/api/image/{image.id}/detail"}


class ImageDetail(TypedDict):
    """All of an image, for its owner."""

    id: str
    fileName: str
    description: str
    isPublic: bool
    createdAt: str
    updatedAt: str | None
    views: int
    size: int
    mimeType: str
    width: int
    height: int
    supportsResize: bool
    url: str


class Owner(TypedDict):
    """Whose an image is; ``email`` is the caller's own, else null."""

    id: str
    email: str | None
    displayName: str


class Self(Owner):
    """The caller as the owner."""

    username: str | None


class Moment(TypedDict):
    """A time in UTC, for people and in seconds since the epoch."""

    formattedDate: str
    timestamp: int


class Attributes(TypedDict):
    """What is said of an image."""

    fileName: str
    description: str
    isPublic: bool
    createdAt: Moment
    views: int


class Metadata(TypedDict):
    """What an image is."""

    size: int
    mimeType: str
    width: int
    height: int


class ListedImage(TypedDict):
    """An image in a list; a guest's has no owner."""

    id: str
    owner: Owner | None
    attributes: Attributes
    metadata: Metadata


class PastImage(TypedDict):
    """An image in the caller's history."""

    id: str
    owner: Self
    attributes: Attributes
    metadata: Metadata


class NotSearched(TypedDict):
    """What a search has left out as its index is behind: images that last changed ``after`` and not past ``until``."""

    after: str | None
    until: str


class Meta(TypedDict):
    """Of a page: its most images, its number, how many images there are in all, and the cursors of its neighbours."""

    size: int
    page: int
    total: int
    nextCursor: str | None
    prevCursor: str | None
    notSearched: NotRequired[NotSearched]


class ImagePage(TypedDict):
    """A page of public images."""

    meta: Meta
    data: list[ListedImage]


class HistoryPage(TypedDict):
    """A page of the caller's images."""

    meta: Meta
    data: list[PastImage]


def detail(image: Image) -> ImageDetail:
    """All of an image."""
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


def listed(image: Image, users: Mapping[str, User], reader: str) -> ListedImage:
    """An image in a list that ``reader`` reads; ``users`` are the owners by id."""
    user = users.get(image.owner) if image.owner else None
    owner: Owner | None = user and {
        "id": user.id,
        "email": user.email if user.id == reader else None,
        "displayName": user.display_name,
    }
    day = image.created_at.astimezone(UTC)
    date = f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
    return {"id": image.id, "owner": owner, "attributes": _attributes(image, date), "metadata": _metadata(image)}


def past(image: Image, user: User) -> PastImage:
    """An image of the user's own."""
    owner: Self = {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "displayName": user.display_name,
    }
    date = f"{image.created_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return {"id": image.id, "owner": owner, "attributes": _attributes(image, date), "metadata": _metadata(image)}


def _attributes(image: Image, formatted_date: str) -> Attributes:
    return {
        "fileName": image.file_name,
        "description": image.description,
        "isPublic": image.is_public,
        "createdAt": {"formattedDate": formatted_date, "timestamp": int(image.created_at.timestamp())},
        "views": image.views,
    }


def _metadata(image: Image) -> Metadata:
    return {"size": image.size, "mimeType": image.media_type, "width": image.width, "height": image.height}
