"""From the query of a list to what is to be read, and from what was read to what is said of the page."""

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from constellation import origin
from constellation.domain import cursors
from constellation.domain.cursors import Cursor
from constellation.domain.errors import Invalid, Violation
from constellation.domain.searches import search_for
from constellation.http.request import Caller
from constellation.services.listing import Page, Selection
from constellation.views.sharing import Meta

if TYPE_CHECKING:
    from constellation.inputs.listing import ImageList

_PURPOSE = "cursors"
"""What the keys are for that cursors are signed with."""


def place_after(cursor: str, *scope: str) -> str:
    """The place that a cursor of a list names, empty without one. Raises Invalid for a cursor of another ``scope``."""
    found = cursors.read(cursor, origin.keys(_PURPOSE), json.dumps(scope)) if cursor else Cursor("")
    if found is None:
        raise _not_yours()
    return found.place


def cursor_at(place: str, *scope: str) -> str:
    """The cursor that goes on from a place, for whom and of what ``scope`` says; empty without a place."""
    return _written(Cursor(place), json.dumps(scope)) if place else ""


def next_link(path: str, cursor: str, **parameters: str | int | None) -> dict[str, str]:
    """The header that says where a list goes on (RFC 8288), if it does, with the parameters that are set."""
    query = urlencode({"cursor": cursor} | {name: value for name, value in parameters.items() if value})
    return {"Link": f'<{path}?{query}>; rel="next"'} if cursor else {}


def selected(list_: str, query: "ImageList", page: int, caller: Caller) -> Selection:
    """What of a list a query asks for. Raises Invalid for a cursor that was not given to this caller for just this."""
    scope = _scope(list_, query, caller)
    cursor = cursors.read(query.cursor, origin.keys(_PURPOSE), scope) if query.cursor else None
    if query.cursor and cursor is None:
        raise _not_yours()
    return Selection(
        list_=list_,
        order=query.orderBy,
        ascending=query.order == "asc",
        search=search_for(query.searchTerm, query.fields) if query.searchTerm.strip() else None,
        limit=query.limit,
        page=page,
        cursor=cursor,
    )


def meta(found: Page, list_: str, query: "ImageList", page: int, caller: Caller) -> Meta:
    """What an answer says of its page, the cursors signed for this caller, list, order and search."""
    scope = _scope(list_, query, caller)
    said: Meta = {
        "size": query.limit,
        "page": page,
        "total": found.total,
        "nextCursor": _written(found.following, scope) if found.following else None,
        "prevCursor": _written(found.preceding, scope) if found.preceding else None,
    }
    if found.gap:
        said["notSearched"] = {"after": found.gap.after or None, "until": found.gap.until}
    return said


def _written(cursor: Cursor, scope: str) -> str:
    return cursors.write(cursor, origin.keys(_PURPOSE)[0], scope)


def _scope(list_: str, query: "ImageList", caller: Caller) -> str:
    search: list[object] = []
    if query.searchTerm.strip():
        found = search_for(query.searchTerm, query.fields)
        file = (found.file.digits, found.file.extension) if found.file else ()
        search = [sorted(found.terms), query.fields, *file]
    return json.dumps([caller.user_id, list_, query.orderBy, query.order, *search])


def _not_yours() -> Invalid:
    return Invalid(Violation("cursor", "This is not a cursor of this list, order and search, given to you."))
