"""Response bodies of tags."""

from typing import TypedDict


class TagEntry(TypedDict):
    """A tag, and how many images have it."""

    tag: str
    count: int


class TagMeta(TypedDict):
    """The number of entries of a page, and the cursor of the next one; null if there is none."""

    size: int
    nextCursor: str | None


class TagList(TypedDict):
    """A page of tags."""

    data: list[TagEntry]
    meta: TagMeta
