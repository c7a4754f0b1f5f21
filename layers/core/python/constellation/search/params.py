"""Handler parameters of lists: the page that a path names, and what a query selects of a list."""

import json
import re
from typing import Annotated

from constellation.common.errors import Invalid, Violation
from constellation.runtime.binding import Load
from constellation.runtime.pagination import page_address, page_links, read_cursor, write_cursor
from constellation.runtime.request import Caller, Request
from constellation.search.inputs import ImageList
from constellation.search.model import Page, Selection
from constellation.search.outputs import Meta

_DIGITS = 18
"""The most digits of the number of a page."""


def selected(list_: str, query: ImageList, page: int, caller: Caller) -> Selection:
    """Return what a query selects of a list. Raises Invalid for a cursor of another caller, list, order or search."""
    scope = _scope(list_, query, caller)
    return Selection(
        list_=list_,
        order=query.orderBy,
        ascending=query.order == "asc",
        search=query.search,
        limit=query.limit,
        page=page,
        cursor=read_cursor(query.cursor, scope) if query.cursor else None,
    )


def meta(found: Page, list_: str, query: ImageList, page: int, caller: Caller) -> Meta:
    """Return the description of a page. Its cursors are signed for this caller, list, order and search."""
    scope = _scope(list_, query, caller)
    said: Meta = {
        "size": query.limit,
        "page": page,
        "total": found.total,
        "nextCursor": write_cursor(found.following, scope) if found.following else None,
        "prevCursor": write_cursor(found.preceding, scope) if found.preceding else None,
    }
    if found.gap:
        said["notSearched"] = {"after": found.gap.after or None, "until": found.gap.until}
    return said


def neighbours(path: str, said: Meta, query: ImageList) -> dict[str, str]:
    """Return the header with the addresses of the pages beside one, which ``said`` describes."""
    asked = query.model_dump(exclude_defaults=True, exclude={"cursor"})
    following, preceding = min(said["page"] + 1, 10**_DIGITS - 1), max(said["page"] - 1, 1)
    return page_links(
        next=page_address(f"{path}/{following}", said["nextCursor"], **asked),
        prev=page_address(f"{path}/{preceding}", said["prevCursor"], **asked),
    )


def _scope(list_: str, query: ImageList, caller: Caller) -> str:
    search: list[object] = []
    if found := query.search:
        file = (found.file.digits, found.file.extension) if found.file else ()
        search = [sorted(found.terms), found.fields, *file, *([found.tag] if found.tag else [])]
    return json.dumps([caller.reader, list_, query.orderBy, query.order, *search])


def _page_number(request: Request) -> int:
    text = request.path_parameters["page"]
    if not re.fullmatch(f"[0-9]{{1,{_DIGITS}}}", text, re.ASCII) or int(text) == 0:
        raise Invalid(Violation("page", "This value should be a whole number from 1 on."))
    return int(text)


PageNumber = Annotated[int, Load(_page_number, errors=(Invalid,))]
"""The path parameter ``{page}``, a number from 1 on."""
