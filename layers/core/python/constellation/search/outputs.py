"""Outputs of lists and searches of images."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import NotRequired, TypedDict

from constellation.accounts.model import User
from constellation.common.ids import Id
from constellation.common.pages import CursorMeta, cursor_meta
from constellation.common.times import Time
from constellation.images.model import Image, MediaType

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Owner(TypedDict):
    """The owner of an image. ``email`` is null unless the owner is the caller."""

    id: Id
    email: str | None
    displayName: str


class Self(Owner):
    """The caller as the owner."""

    username: str | None


class Moment(TypedDict):
    """A time in UTC, as text for people and in seconds since the epoch."""

    formattedDate: str
    timestamp: int


class Attributes(TypedDict):
    """What users and the product say about an image."""

    fileName: str
    description: str
    isPublic: bool
    createdAt: Moment
    views: int
    tags: list[str]


class Metadata(TypedDict):
    """The properties of an image's file."""

    size: int
    mimeType: MediaType
    width: int
    height: int
    placeholder: NotRequired[str]


class ListedImage(TypedDict):
    """An image in a list. An image of a guest has no owner."""

    id: Id
    owner: Owner | None
    attributes: Attributes
    metadata: Metadata


class PastImage(TypedDict):
    """An image in the caller's history."""

    id: Id
    owner: Self
    attributes: Attributes
    metadata: Metadata


class NotSearched(TypedDict):
    """What a search has left out: images that last changed later than ``after`` and not later than ``until``."""

    after: Time | None
    until: Time


class Meta(TypedDict):
    """The description of a page: its size limit, its number, the number of images in all, its neighbours' cursors."""

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


class ListedImages(TypedDict):
    """A page of images."""

    data: list[ListedImage]
    meta: CursorMeta


def listed_images(images: Sequence[Image], users: Mapping[str, User], reader: str, cursor: str) -> ListedImages:
    """Return a page of images that the user ``reader`` reads. ``users`` are the owners by id."""
    data = [listed(image, users, reader) for image in images]
    return {"data": data, "meta": cursor_meta(data, cursor)}


def listed(image: Image, users: Mapping[str, User], reader: str) -> ListedImage:
    """Return an image in a list that the user ``reader`` reads. ``users`` are the owners by id."""
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
    """Return an image in the history of its owner."""
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
        "tags": list(image.tags),
    }


def _metadata(image: Image) -> Metadata:
    metadata: Metadata = {
        "size": image.size,
        "mimeType": image.media_type,
        "width": image.width,
        "height": image.height,
    }
    if image.placeholder:
        metadata["placeholder"] = image.placeholder
    return metadata
