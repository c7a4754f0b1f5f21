"""Find the images of a list that have a tag, or one below it. The record of an image decides whether it does."""

from collections.abc import Iterator
from itertools import islice

from constellation.common.errors import Invalid
from constellation.images.lists import MOST_AT_ONCE, Span
from constellation.runtime.operation import operation
from constellation.search import model
from constellation.search.rows import Row, at_most, too_many
from constellation.tags import store


@operation(grants=[store.COUNT, store.FIND], errors=[Invalid])
def total(list_: str, tag: str) -> int:
    """Return how many images have a tag, as of at most a minute ago."""
    return store.total(list_, tag)


def rows(list_: str, tag: str, span: Span, at_once: int) -> Iterator[Row]:
    """Yield the images in the order of creation, read as they are asked for, ``at_once`` in the first call."""
    found = _positions(list_, tag, span, min(at_once, MOST_AT_ONCE))
    return (Row(position, _id_at(position)) for position in at_most(model.MOST_WALKED, found))


def ids(list_: str, tag: str) -> frozenset[str]:
    """Return the ids of all images. Raise Invalid for more than can be put into another order."""
    found = list(islice(_positions(list_, tag, Span(ascending=True), model.MOST_FETCHED), model.MOST_SORTED + 1))
    if len(found) > model.MOST_SORTED:
        raise too_many(model.MOST_SORTED)
    return frozenset(map(_id_at, found))


def _positions(list_: str, tag: str, span: Span, at_once: int) -> Iterator[str]:
    return store.positions(list_, tag, span.start, ascending=span.ascending, inclusive=span.inclusive, at_once=at_once)


def _id_at(position: str) -> str:
    return position.rpartition("#")[2]
