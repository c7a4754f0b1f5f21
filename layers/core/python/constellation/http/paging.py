"""From the query of a list to what is to be read, and from what was read to the page's ``meta``."""

import json
from typing import TYPE_CHECKING

from constellation.domain import cursors
from constellation.domain.cursors import Cursor
from constellation.domain.errors import Invalid, Violation
from constellation.domain.words import split
from constellation.http.request import Caller
from constellation.services.listing import Page, Search, Selection
from constellation.settings import deployment_secret
from constellation.views.sharing import Meta

if TYPE_CHECKING:
    from constellation.inputs.listing import ImageList


def selected(list_: str, query: "ImageList", page: int, caller: Caller) -> Selection:
    """What of a list a query asks for. Raises Invalid for a cursor that was not given to this caller for just this."""
    scope = _scope(list_, query, caller)
    cursor = cursors.read(query.cursor, deployment_secret(), scope) if query.cursor else None
    if query.cursor and cursor is None:
        raise Invalid(Violation("cursor", "This is not a cursor of this list, order and search, given to you."))
    return Selection(
        list_=list_,
        order=query.orderBy,
        ascending=query.order == "asc",
        search=Search(split(query.searchTerm), query.fields) if query.searchTerm.strip() else None,
        limit=query.limit,
        page=page,
        cursor=cursor,
    )


def meta(found: Page, list_: str, query: "ImageList", page: int, caller: Caller) -> Meta:
    """What an answer says of its page, the cursors signed for this caller, list, order and search."""

    def written(cursor: Cursor | None) -> str | None:
        return cursors.write(cursor, deployment_secret(), _scope(list_, query, caller)) if cursor else None

    return {
        "size": query.limit,
        "page": page,
        "total": found.total,
        "nextCursor": written(found.following),
        "prevCursor": written(found.preceding),
    }


def _scope(list_: str, query: "ImageList", caller: Caller) -> str:
    search = [sorted(split(query.searchTerm)), query.fields] if query.searchTerm.strip() else []
    return json.dumps([caller.user_id, list_, query.orderBy, query.order, *search])
