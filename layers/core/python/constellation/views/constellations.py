"""What the routes of documents 000 and 001 answer."""

from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict

from constellation.domain.accounts import User
from constellation.domain.constellations import Comment, Constellation
from constellation.domain.images import Image
from constellation.domain.rights import Right
from constellation.domain.times import to_wire
from constellation.domain.trees import File, Folder, order


class Message(TypedDict):
    """What was done."""

    message: str


class ConstellationName(TypedDict):
    """A constellation's name."""

    name: str


class ConstellationEntry(ConstellationName):
    """A constellation of the caller's."""

    constellation_uuid: str


class ConstellationDetail(ConstellationName):
    """A constellation and where its tree begins."""

    root_folder_uuid: str


class Member(TypedDict):
    """A user and its right: READ, COMMENT, WRITE or ADMIN."""

    uuid: str
    name: str
    rights: str


class FolderDetail(TypedDict):
    """A folder; the root lies in none."""

    folder_uuid: str
    name: str
    parent_folder_uuid: str | None
    constellation_uuid: str


class Node(TypedDict):
    """What lies in a folder: ``type`` is ``folder`` or ``file``; a file is an image."""

    uuid: str
    name: str
    type: str


class FolderContent(FolderDetail):
    """A folder and what lies in it."""

    children: list[Node]


class StoredImage(TypedDict):
    """A new image."""

    uuid: str
    filename: str


class ImageEntry(TypedDict):
    """An image; ``url`` is its public link."""

    image_uuid: str
    name: str
    url: str


class ImageMetadata(ImageEntry):
    """All that is known of an image; ``size`` is in bytes, ``width`` and ``height`` in pixels."""

    mime_type: str
    size: int
    width: int
    height: int
    constellation_uuid: str | None
    folder_uuid: str | None
    created: str
    updated: str | None


class ImageEntries(TypedDict):
    """The images that the caller sees, and a cursor where more follow."""

    images: list[ImageEntry]
    next_cursor: NotRequired[str]


class CommentEntry(TypedDict):
    """A comment."""

    comment_uuid: str
    content: str
    user_uuid: str
    created: str


def constellation_entry(constellation: Constellation) -> ConstellationEntry:
    """A constellation in a list."""
    return {"constellation_uuid": constellation.id, "name": constellation.name}


def members(rights: Mapping[str, Right], users: Mapping[str, User]) -> list[Member]:
    """The members that there are, by name."""
    known = sorted(
        (users[id_] for id_ in rights if id_ in users), key=lambda user: (user.display_name.casefold(), user.id)
    )
    return [{"uuid": user.id, "name": user.display_name, "rights": rights[user.id].name} for user in known]


def folder_detail(folder: Folder) -> FolderDetail:
    """A folder without what lies in it."""
    return {
        "folder_uuid": folder.id,
        "name": folder.name,
        "parent_folder_uuid": folder.parent,
        "constellation_uuid": folder.constellation,
    }


def folder_content(folder: Folder, folders: Iterable[Folder], files: Iterable[File]) -> FolderContent:
    """A folder and what lies in it, folders first."""
    nodes: list[Node] = [
        {"uuid": child.id, "name": child.name, "type": "folder" if isinstance(child, Folder) else "file"}
        for child in sorted((*folders, *files), key=order)
    ]
    return {**folder_detail(folder), "children": nodes}


def image_entry(item: Image | File) -> ImageEntry:
    """An image in a list."""
    return {"image_uuid": item.id, "name": item.name, "url": f"/image/{item.id}.{item.extension}"}


def image_metadata(image: Image) -> ImageMetadata:
    """All of an image but its bytes."""
    return {
        **image_entry(image),
        "mime_type": image.media_type,
        "size": image.size,
        "width": image.width,
        "height": image.height,
        "constellation_uuid": image.place.constellation if image.place else None,
        "folder_uuid": image.place.folder if image.place else None,
        "created": to_wire(image.created_at),
        "updated": to_wire(image.updated_at) if image.updated_at else None,
    }


def comment_entry(comment: Comment) -> CommentEntry:
    """A comment in a list."""
    return {
        "comment_uuid": comment.id,
        "content": comment.content,
        "user_uuid": comment.author,
        "created": to_wire(comment.created_at),
    }
