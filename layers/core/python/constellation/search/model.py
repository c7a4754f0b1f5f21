"""Lists of images: the orders that they can be in, what is selected of a list, and the page that results."""

from dataclasses import dataclass

from constellation.images.model import Image
from constellation.runtime.cursors import Cursor
from constellation.search.query import Search

UPDATED, CREATED, VIEWS, FILE_NAME, SIZE = (
    "attributes.updatedAt",
    "attributes.createdAt",
    "attributes.views",
    "attributes.fileName",
    "metadata.size",
)
"""The orders, by their names in document 003."""

MOST_SORTED = 10_000
"""Images of a list, or found in it, that can be put into an order that no index has."""

MOST_WALKED = 100_000
"""Positions of an order that one request goes through."""

MOST_FETCHED = 500
"""Records that are fetched at once."""

MOST_UNINDEXED = 200
"""Images beyond the search index that a search looks through, the newest ones. The most expensive take 0.5 ms each."""


@dataclass(frozen=True)
class Selection:
    """A list, its order, a search in it or None, and the page: by ``cursor`` if there is one, else by number."""

    list_: str
    order: str
    ascending: bool
    search: Search | None
    limit: int
    page: int
    cursor: Cursor | None


@dataclass(frozen=True)
class Gap:
    """What a search has left out: images that last changed later than the time ``after`` and not later than ``until``.

    Without ``after`` it begins with the list.
    """

    after: str
    until: str


@dataclass(frozen=True)
class Page:
    """A page, the number of images in all, and the cursors of its neighbours, or None where there is none.

    ``gap`` is what was not searched because the search index is behind.
    """

    images: list[Image]
    total: int
    following: Cursor | None
    preceding: Cursor | None
    gap: Gap | None = None
