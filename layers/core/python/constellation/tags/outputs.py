"""Response bodies of tags."""

from typing import TypedDict

from constellation.runtime.pagination import CursorMeta


class TagEntry(TypedDict):
    """A tag, and the number of images that have it."""

    tag: str
    count: int


class TagList(TypedDict):
    """A page of tags."""

    data: list[TagEntry]
    meta: CursorMeta
