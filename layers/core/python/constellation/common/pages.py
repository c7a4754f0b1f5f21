"""Lists that are read from a place on: a part of them, and where the next part begins."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 1000
"""Entries of an answer without a limit (contract, "Conventions")."""

MOST_READ = 5000
"""Entries that one request reads: where some are passed over, a page can be short of its limit while there is more."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page and the place from which the next one goes on, empty where there is none."""

    items: list[T]
    following: str


def taken(rows: Iterable[tuple[str, T | None]], limit: int) -> Page[T]:
    """The first ``limit`` of ``rows``, each with its place; None is what is passed over."""
    items, following = list[T](), ""
    for number, (place, item) in enumerate(rows, 1):
        if item is not None and len(items) == limit:
            return Page(items, following)
        items += [] if item is None else [item]
        following = place
        if number == MOST_READ:
            return Page(items, following)
    return Page(items, "")
