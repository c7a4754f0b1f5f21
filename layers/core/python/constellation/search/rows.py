"""Rows of a list: its images with their positions in the order of the list."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from constellation.common.errors import Invalid, Violation
from constellation.images import lists
from constellation.images.lists import Entry, Span
from constellation.images.model import Image
from constellation.search import model
from constellation.search.model import CREATED, FILE_NAME, SIZE, UPDATED, VIEWS

_Item = TypeVar("_Item")

_POSITIONS: Mapping[str, Callable[[Any], str]] = {
    UPDATED: lambda image: image.updated,
    CREATED: lambda image: image.created,
    VIEWS: lambda item: f"{item.views:020d}#{item.id}",
    FILE_NAME: lambda item: item.id,
    SIZE: lambda item: f"{item.size:020d}#{item.id}",
}
"""The position of an image in each order, compared as text. An entry of an index has it in the last three."""


@dataclass(frozen=True)
class Row:
    """The position of an image in an order, and its record if that was read already."""

    position: str
    id: str
    image: Image | None = None


def rows_of(list_: str, order: str, span: Span, total: int, at_once: int = lists.MOST_AT_ONCE) -> Iterator[Row]:
    """Yield the rows of a list that has ``total`` images.

    In the orders of creation and of change they are read as they are requested, ``at_once`` in the first call. For any
    other order the whole list is read first. Raises Invalid if that is too long.
    """
    at_once = min(at_once, lists.MOST_AT_ONCE)
    if order in (CREATED, UPDATED):
        walk = lists.by_creation if order == CREATED else lists.by_change
        return (Row(entry.position, entry.id) for entry in at_most(model.MOST_WALKED, walk(list_, span, at_once)))
    if total > model.MOST_SORTED:
        raise too_many(model.MOST_SORTED)
    entries = at_most(model.MOST_SORTED, lists.by_change(list_, Span(ascending=True)))
    return cut((row_of(order, entry) for entry in entries), span)


def row_of(order: str, item: Image | Entry) -> Row:
    """Return the row of an image, or of an entry of the index of changes."""
    return Row(_POSITIONS[order](item), item.id, item if isinstance(item, Image) else None)


def cut(rows: Iterable[Row], span: Span) -> Iterator[Row]:
    """Yield the rows of a span, in its direction."""
    for row in sorted(rows, key=lambda row: row.position, reverse=not span.ascending):
        past = row.position > span.start if span.ascending else row.position < span.start
        if not span.start or past or (span.inclusive and row.position == span.start):
            yield row


def at_most(limit: int, entries: Iterator[_Item]) -> Iterator[_Item]:
    """Yield what is read of an order. Raise Invalid past a limit."""
    for number, entry in enumerate(entries):
        if number == limit:
            raise too_many(limit)
        yield entry


def too_many(limit: int) -> Invalid:
    """Return the refusal of a list that is too long for an order."""
    return Invalid(Violation("orderBy", f"More than {limit} images cannot be put into this order at once."))
