"""Pages of lists."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from typing import Generic, TypedDict, TypeVar

T = TypeVar("T")

MOST = 1000
"""Entries of an answer without a limit (contract, "Conventions")."""

MOST_READ = 5000
"""The most entries that one request reads. Where many are left out, a page can be shorter than its limit."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page, and the position after which the next one begins, empty at the end of the list."""

    items: list[T]
    following: str


def page_of(rows: Iterable[tuple[str, T | None]], limit: int) -> Page[T]:
    """Return the first ``limit`` items of rows, each a position and an item, or None for one that is left out."""
    items, following = list[T](), ""
    for number, (position, item) in enumerate(rows, 1):
        if item is not None and len(items) == limit:
            return Page(items, following)
        items += [] if item is None else [item]
        following = position
        if number == MOST_READ:
            return Page(items, following)
    return Page(items, "")


class CursorMeta(TypedDict):
    """The number of entries of a page, and the cursor of the next page, which is null on the last one."""

    size: int
    nextCursor: str | None


def cursor_meta(entries: Sized, cursor: str) -> CursorMeta:
    """Return what a page of entries says of itself. ``cursor`` is the next page's, empty on the last one."""
    return {"size": len(entries), "nextCursor": cursor or None}
