"""Pages of lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

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
