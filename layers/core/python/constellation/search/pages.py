"""Pages of the lists that images are in: in five orders, by cursor or by number, whole or searched.

What is read does not grow with the list, in the orders of change and of creation, searched or not. The other
orders read the list's index once, and are refused for lists that are too long for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

from constellation.accounts import store as accounts
from constellation.accounts import usage_store
from constellation.accounts.counts import Counts
from constellation.common.errors import Invalid, Violation
from constellation.images import lists
from constellation.images import store as images
from constellation.images.access import history, own, standing
from constellation.images.lists import Entry, Span
from constellation.images.model import PUBLIC, Image
from constellation.images.words import NAME, USER, image_words, missed
from constellation.runtime.cursors import Cursor
from constellation.runtime.operation import needs_of
from constellation.search import store as words
from constellation.search.query import FileName, Search, digits_word

LIST_PUBLIC = (*lists.READ_PUBLIC, *needs_of(standing).grants, images.READ_MANY, words.FIND, accounts.READ_MANY)
"""What a function that lists public images needs."""

LIST_OWN = (*lists.READ_OWN, *needs_of(standing).grants, images.READ_MANY, words.FIND)
"""What a function that lists a user's images needs."""

UPDATED, CREATED, VIEWS, FILE_NAME, SIZE = (
    "attributes.updatedAt",
    "attributes.createdAt",
    "attributes.views",
    "attributes.fileName",
    "metadata.size",
)
"""The orders, by the names that document 003 has for them."""

MOST_SORTED = 10_000
"""Images of a list, or found in it, that can be put into an order of no index."""

MOST_WALKED = 100_000
"""Places of an order that one request goes through."""

_MOST_FETCHED = 500
_MOST_UNINDEXED = 200
"""Images beyond the search index that a search looks through, the newest ones; the costliest take 0.5 ms each."""

Item = TypeVar("Item", Image, Entry)


@dataclass(frozen=True)
class Selection:
    """What is asked for: a list, its order, a search in it or None, and the page: by ``cursor``, else by number."""

    list_: str
    order: str
    ascending: bool
    search: Search | None
    limit: int
    page: int
    cursor: Cursor | None


@dataclass(frozen=True)
class Gap:
    """What a search has left out: images that last changed after the time ``after`` and not after ``until``.

    Without ``after`` they are all that did not change after ``until``.
    """

    after: str
    until: str


@dataclass(frozen=True)
class Page:
    """A page, how many images there are in all, and the cursors of its neighbours; None where there is none.

    ``gap`` is what was not searched while the search index is behind.
    """

    images: list[Image]
    total: int
    following: Cursor | None
    preceding: Cursor | None
    gap: Gap | None = None


@dataclass(frozen=True)
class _Row:
    """An image's place in the order that is asked for; the record where it was read already."""

    position: str
    id: str
    image: Image | None = None


def page_of(selection: Selection) -> Page:
    """Read a page. Raises Invalid for what would read too much."""
    state = usage_store.find(selection.list_)
    cursor = selection.cursor or Cursor("")
    skipped = 0 if selection.cursor else (selection.page - 1) * selection.limit
    span = Span(selection.ascending != cursor.backward, cursor.position, cursor.inclusive)
    gap = None
    if selection.search is None:
        total = state.total
        if total > skipped and skipped + selection.limit >= MOST_WALKED:
            raise Invalid(Violation("page", f"Past {MOST_WALKED} images only nextCursor leads on."))
        rows = _rows(selection, span, total, at_once=skipped + selection.limit + 1)
    else:
        ids, gap = _candidates(selection.list_, selection.search, state)
        if len(ids) <= _MOST_FETCHED:
            found = _confirmed(selection, images.get_many(ids).values())
            total, rows = len(found), _cut((_row(selection.order, image) for image in found), span)
        else:
            total, rows = len(ids), (row for row in _rows(selection, span, state.total) if row.id in ids)
    if skipped and skipped >= total:
        return Page([], total, None, None, gap)
    rows = islice(rows, skipped, None)
    taken, more = _take(selection, rows)
    return replace(_page(taken, total, selection.cursor, skipped, more=more), gap=gap)


def _page(taken: list[tuple[str, Image]], total: int, cursor: Cursor | None, skipped: int, *, more: bool) -> Page:
    backward = cursor is not None and cursor.backward
    if backward:
        taken.reverse()
    found = [image for _, image in taken]
    if taken:
        back, on = Cursor(taken[0][0], backward=True), Cursor(taken[-1][0])
    elif cursor:  # The images of this page have gone; what lies beside it begins where its cursor stands.
        back, on = Cursor(cursor.position, backward=True, inclusive=True), Cursor(cursor.position, inclusive=True)
    else:
        return Page(found, total, None, None)
    if backward:
        return Page(found, total, on, back if more else None)
    return Page(found, total, on if more else None, back if cursor or skipped else None)


def _take(selection: Selection, rows: Iterator[_Row]) -> tuple[list[tuple[str, Image]], bool]:
    """The images of a page with their places, and whether more follow. An index lags behind the records, which decide.

    Where nothing of what was read is there any more, as after the deletion of a large constellation, ever more of the
    list is read at once.
    """
    taken, size = list[tuple[str, Image]](), selection.limit
    while chunk := list(islice(rows, size)):
        known = {row.id: row.image for row in chunk if row.image}
        fetched = images.get_many([row.id for row in chunk if not row.image])
        known |= {image.id: image for image in _confirmed(selection, fetched.values())}
        for number, row in enumerate(chunk, 1):
            if row.id in known:
                taken.append((row.position, known[row.id]))
                if len(taken) == selection.limit:
                    return taken, number < len(chunk) or next(rows, None) is not None
        size = selection.limit - len(taken) if known else min(2 * size, _MOST_FETCHED)
    return taken, False


def _rows(selection: Selection, span: Span, total: int, at_once: int = lists.MOST_AT_ONCE) -> Iterator[_Row]:
    """The list, ``total`` long, from an index: in its own order as it is read, in any other after all of it was."""
    at_once = min(at_once, lists.MOST_AT_ONCE)
    match selection.order:
        case _ if selection.order == CREATED:
            entries = _at_most(MOST_WALKED, lists.by_creation(selection.list_, span, at_once))
            return (_Row(entry.position, entry.id) for entry in entries)
        case _ if selection.order == UPDATED:
            entries = _at_most(MOST_WALKED, lists.by_change(selection.list_, span, at_once))
            return (_Row(entry.position, entry.id) for entry in entries)
        case _ if total > MOST_SORTED:
            raise _too_many(MOST_SORTED)
        case _:
            entries = _at_most(MOST_SORTED, lists.by_change(selection.list_, Span(ascending=True)))
            return _cut((_row(selection.order, entry) for entry in entries), span)


def _at_most(limit: int, entries: Iterator[Entry]) -> Iterator[Entry]:
    for number, entry in enumerate(entries):
        if number == limit:
            raise _too_many(limit)
        yield entry


def _too_many(limit: int) -> Invalid:
    return Invalid(Violation("orderBy", f"More than {limit} images cannot be put into this order at once."))


def _cut(rows: Iterable[_Row], span: Span) -> Iterator[_Row]:
    """The rows of a span, in its direction."""
    for row in sorted(rows, key=lambda row: row.position, reverse=not span.ascending):
        past = row.position > span.start if span.ascending else row.position < span.start
        if not span.start or past or (span.inclusive and row.position == span.start):
            yield row


def _row(order: str, item: Image | Entry) -> _Row:
    image = item if isinstance(item, Image) else None
    return _Row(_PLACES[order](item), item.id, image)


_PLACES: Mapping[str, Callable[[Any], str]] = {
    UPDATED: lambda image: image.updated,
    CREATED: lambda image: image.created,
    VIEWS: lambda item: f"{item.views:020d}#{item.id}",
    FILE_NAME: lambda item: item.id,
    SIZE: lambda item: f"{item.size:020d}#{item.id}",
}
"""The place of an image, or of an index's entry where that knows it, in each order, to be compared as text."""


def _candidates(list_: str, search: Search, state: Counts) -> tuple[frozenset[str], Gap | None]:
    """The ids of what the index has for all the terms, and of what is too new for the index; and what was left out.

    A few may be wrong: of images that have changed, and where one term has too many entries to be looked at.
    """
    fresh, gap = lists.newest(list_, state.indexed_to, _MOST_UNINDEXED + 1), None
    if len(fresh) > _MOST_UNINDEXED:
        gap = Gap(_time_of(state.indexed_to), _time_of(fresh.pop().position))
    matching = frozenset(entry.id for entry in _matching(list_, search, fresh))
    known = list[frozenset[str]]()
    for most in (_MOST_FETCHED, MOST_SORTED):  # One rare term is enough: the records decide about the others.
        known = _known(list_, search, most)
        if known:
            break
    indexed = frozenset[str].intersection(*known) if known else frozenset[str]()
    if len(known) < len(search.terms) and (not known or len(indexed) > _MOST_FETCHED):
        message = f"More than {MOST_SORTED} images have such words; search for more of a word, or for more words."
        raise Invalid(Violation("searchTerm", message))
    if search.file:
        indexed |= _named(list_, search.file)
    return (indexed - {entry.id for entry in fresh}) | matching, gap


def _known(list_: str, search: Search, most: int) -> list[frozenset[str]]:
    """The ids of images by each term that not more than ``most`` have, to the first that none has."""
    known = list[frozenset[str]]()
    for term in sorted(search.terms, key=len, reverse=True):  # long ones are rare
        ids = words.find(list_, term, search.fields, most)
        if ids is not None:
            known.append(ids)
            if not ids:
                break
    return known


def _named(list_: str, file: FileName) -> frozenset[str]:
    """The ids of images whose files are called so, as far as the index has them; of a whole id that one."""
    if file.whole_id:
        return frozenset((file.whole_id,))
    return words.find(list_, digits_word(file.digits), NAME, _MOST_FETCHED) or frozenset()


def _time_of(place: str) -> str:
    return place.partition("#")[0]


def _confirmed(selection: Selection, found: Iterable[Image]) -> list[Image]:
    """Those that are in the list, not deleted with what they lie in, and match the search, as their records say.

    In a user's own list no search finds what lies in a constellation that the user is not a member of.
    """
    listed = [image for image in found if selection.list_ in image.lists]
    if selection.search is None:
        return standing(listed) if selection.list_ == PUBLIC else history(listed, selection.list_)
    seen = standing(listed) if selection.list_ == PUBLIC else own(listed, selection.list_)
    return _matching(selection.list_, selection.search, seen)


def _matching(list_: str, search: Search, items: Collection[Item]) -> list[Item]:
    """Those whose words match; the owners' names are fetched only where nothing else has decided."""
    if not search.terms:
        return []
    missing = {item.id: _missed(search, item) for item in items}
    if list_ == PUBLIC and USER in search.fields:
        owners = {item.owner for item in items if item.owner and missing[item.id]}
        names = {user.id: image_words("", "", user.display_name) for user in accounts.find_many(owners).values()}
        for item in items:
            missing[item.id] = missed(missing[item.id], names.get(item.owner or "", {}), search.fields)
    return [item for item in items if not missing[item.id] or _is_named(search, item, missing[item.id])]


def _is_named(search: Search, item: Image | Entry, missing: frozenset[str]) -> bool:
    """Whether an image's file is called as is searched, and nothing is missing of what stands beside that name."""
    is_named = search.file is not None and search.file.names(item.id, item.extension)
    return is_named and not missing & search.beside


def _missed(search: Search, item: Image | Entry) -> frozenset[str]:
    return missed(search.terms, image_words(item.description, item.name), search.fields)
