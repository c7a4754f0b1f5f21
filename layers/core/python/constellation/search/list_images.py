"""List images: pages of a list in five orders, by cursor or by number, searched or not.

In the orders of change and of creation, what is read does not grow with the list, nor in the order of creation what is
read for a tag. The other orders read the index of
changes once, and are refused for lists that are too long for that.

For a token that is bound to a constellation, the images of that constellation are read instead, whatever the order.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from constellation.accounts.users import find_users
from constellation.common.errors import Invalid, Violation
from constellation.images import lists
from constellation.images.access import history, own, standing
from constellation.images.find import find_images
from constellation.images.lists import Span
from constellation.images.model import Image
from constellation.images.usage import counts_of
from constellation.runtime.cursors import Cursor
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.search import find_tagged, model, store
from constellation.search.candidates import candidates
from constellation.search.matching import matching
from constellation.search.model import Page, Selection
from constellation.search.rows import Row, cut, row_of, rows_of, too_many
from constellation.workspaces.access import membership_of
from constellation.workspaces.files import files_after

_Visible = Callable[[Iterable[Image]], list[Image]]
"""Returns those images, of some in the list, that the caller may see."""


@operation(
    grants=[lists.READ_PUBLIC_CREATED, lists.READ_PUBLIC_UPDATED, store.FIND],
    errors=[Invalid],
    uses=[find_tagged.total, counts_of, find_images, standing, find_users, membership_of, files_after],
)
def list_public_images(selection: Selection, caller: Caller) -> Page:
    """Return a page of the public images. Raises Invalid for one that would read too much."""
    return _page_of(selection, standing, caller)


@operation(
    grants=[lists.READ_OWN_CREATED, lists.READ_OWN_UPDATED, store.FIND],
    errors=[Invalid],
    uses=[find_tagged.total, counts_of, find_images, own, history, membership_of, files_after],
)
def list_own_images(selection: Selection, caller: Caller) -> Page:
    """Return a page of a caller's images. Raises Invalid for one that would read too much.

    A search does not find what lies in a constellation that the caller is not a member of.
    """
    visible = own if selection.search else history
    return _page_of(selection, lambda images: visible(images, caller), caller)


def _page_of(selection: Selection, visible: _Visible, caller: Caller) -> Page:
    cursor = selection.cursor or Cursor("")
    skipped = 0 if selection.cursor else (selection.page - 1) * selection.limit
    span = Span(selection.ascending != cursor.backward, cursor.position, cursor.inclusive)
    gap = None
    if caller.constellation:
        images = _confirmed(selection, visible, _of_constellation(caller))
        total, rows = len(images), cut((row_of(selection.order, image) for image in images), span)
    elif selection.search is None:
        total = counts_of(selection.list_).total
        if total > skipped and skipped + selection.limit >= model.MOST_WALKED:
            raise Invalid(Violation("page", f"Past {model.MOST_WALKED} images only nextCursor leads on."))
        rows = rows_of(selection.list_, selection.order, span, total, at_once=skipped + selection.limit + 1)
    elif selection.search.tag and selection.order == model.CREATED:
        total = find_tagged.total(selection.list_, selection.search.tag)
        rows = find_tagged.rows(selection.list_, selection.search.tag, span, at_once=skipped + selection.limit + 1)
    else:
        counts = counts_of(selection.list_)
        if selection.search.tag:
            ids = find_tagged.ids(selection.list_, selection.search.tag)
        else:
            ids, gap = candidates(selection.list_, selection.search, counts.indexed_to)
        if len(ids) <= model.MOST_FETCHED:
            found = _confirmed(selection, visible, find_images(ids).values())
            total, rows = len(found), cut((row_of(selection.order, image) for image in found), span)
        else:
            every = rows_of(selection.list_, selection.order, span, counts.total)
            total, rows = len(ids), (row for row in every if row.id in ids)
    if skipped and skipped >= total:
        return Page([], total, None, None, gap)
    taken, more = _take(selection, visible, islice(rows, skipped, None))
    return replace(_page(taken, total, selection.cursor, skipped, more=more), gap=gap)


def _of_constellation(caller: Caller) -> Collection[Image]:
    """Return the images of the constellation that a token is bound to, whoever may see them."""
    member = membership_of(caller.constellation, caller)
    if member is None or not member.constellation.may_hold_images:
        return ()
    files = files_after("", member.constellation, lists.MOST_AT_ONCE)
    ids = [file.id for _, file in islice(files, model.MOST_SORTED + 1) if file]
    if len(ids) > model.MOST_SORTED:
        raise too_many(model.MOST_SORTED)
    return find_images(ids).values()


def _page(taken: list[tuple[str, Image]], total: int, cursor: Cursor | None, skipped: int, *, more: bool) -> Page:
    backward = cursor is not None and cursor.backward
    if backward:
        taken.reverse()
    found = [image for _, image in taken]
    if taken:
        back, on = Cursor(taken[0][0], backward=True), Cursor(taken[-1][0])
    elif cursor:  # The images of this page are gone. Its neighbours begin at its cursor's position.
        back, on = Cursor(cursor.position, backward=True, inclusive=True), Cursor(cursor.position, inclusive=True)
    else:
        return Page(found, total, None, None)
    if backward:
        return Page(found, total, on, back if more else None)
    return Page(found, total, on if more else None, back if cursor or skipped else None)


def _take(selection: Selection, visible: _Visible, rows: Iterator[Row]) -> tuple[list[tuple[str, Image]], bool]:
    """Return the images of a page with their positions, and whether more follow.

    An index lags behind the records, which decide. As long as nothing of what was read exists any more, for instance
    after the deletion of a large constellation, ever more of the list is read at once.
    """
    taken, size = list[tuple[str, Image]](), selection.limit
    while chunk := list(islice(rows, size)):
        known = {row.id: row.image for row in chunk if row.image}
        fetched = find_images([row.id for row in chunk if not row.image])
        known |= {image.id: image for image in _confirmed(selection, visible, fetched.values())}
        for number, row in enumerate(chunk, 1):
            if row.id in known:
                taken.append((row.position, known[row.id]))
                if len(taken) == selection.limit:
                    return taken, number < len(chunk) or next(rows, None) is not None
        size = selection.limit - len(taken) if known else min(2 * size, model.MOST_FETCHED)
    return taken, False


def _confirmed(selection: Selection, visible: _Visible, found: Iterable[Image]) -> list[Image]:
    """Return the images that are in the list, are visible to the caller and match the search, as their records say."""
    seen = visible(image for image in found if selection.list_ in image.lists)
    return matching(selection.list_, selection.search, seen) if selection.search else seen
