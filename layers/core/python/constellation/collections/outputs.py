"""Response bodies of collections."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from constellation.collections.model import Collection
from constellation.common.ids import Id
from constellation.common.pages import CursorMeta, cursor_meta
from constellation.common.times import Time, to_wire


class CollectionEntry(TypedDict):
    """A collection with the number of its images, and a link to the thumbnail of the first one."""

    id: Id
    name: str
    description: str
    count: int
    cover: str | None
    createdAt: Time
    updatedAt: Time | None


class CollectionList(TypedDict):
    """A page of collections."""

    data: list[CollectionEntry]
    meta: CursorMeta


def collection_entry(collection: Collection, cover: str | None) -> CollectionEntry:
    """Return a collection with the link to its cover."""
    return {
        "id": collection.id,
        "name": collection.name,
        "description": collection.description,
        "count": collection.count,
        "cover": cover,
        "createdAt": to_wire(collection.created_at),
        "updatedAt": to_wire(collection.updated_at) if collection.updated_at else None,
    }


def collection_list(collections: Sequence[Collection], covers: Mapping[str, str], cursor: str) -> CollectionList:
    """Return a page of collections, with the links to their covers by their ids."""
    return {
        "data": [collection_entry(each, covers.get(each.id)) for each in collections],
        "meta": cursor_meta(collections, cursor),
    }
