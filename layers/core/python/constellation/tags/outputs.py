"""Response bodies of tags."""

from collections.abc import Sequence
from typing import TypedDict

from constellation.common.pages import CursorMeta, cursor_meta
from constellation.tags.model import TagCount


class TagEntry(TypedDict):
    """A tag, and the number of images that have it."""

    tag: str
    count: int


class TagList(TypedDict):
    """A page of tags."""

    data: list[TagEntry]
    meta: CursorMeta


def tag_list(tags: Sequence[TagCount], cursor: str) -> TagList:
    """Return a page of tags."""
    return {"data": [{"tag": each.shown, "count": each.images} for each in tags], "meta": cursor_meta(tags, cursor)}
