"""Cursors of lists: where the next page begins, signed for one reader and one list."""

import json
from urllib.parse import urlencode

from constellation.common.errors import Invalid, Violation
from constellation.runtime import cursors, origin
from constellation.runtime.cursors import Cursor

PURPOSE = "cursors"
"""What the keys are for that cursors are signed with."""


def place_after(cursor: str, *scope: str) -> str:
    """The place that a cursor of a list names, empty without one. Raises Invalid for a cursor of another ``scope``."""
    found = cursors.read(cursor, origin.keys(PURPOSE), json.dumps(scope)) if cursor else Cursor("")
    if found is None:
        raise unknown_cursor()
    return found.position


def cursor_at(place: str, *scope: str) -> str:
    """The cursor that goes on from a place, for whom and of what ``scope`` says; empty without a place."""
    return written(Cursor(place), json.dumps(scope)) if place else ""


def next_link(path: str, cursor: str, **parameters: str | int | None) -> dict[str, str]:
    """The header that says where a list goes on (RFC 8288), if it does, with the parameters that are set."""
    query = urlencode({"cursor": cursor} | {name: value for name, value in parameters.items() if value})
    return {"Link": f'<{path}?{query}>; rel="next"'} if cursor else {}


def written(cursor: Cursor, scope: str) -> str:
    """Return a cursor as text, signed for a scope."""
    return cursors.write(cursor, origin.keys(PURPOSE)[0], scope)


def unknown_cursor() -> Invalid:
    """Return the refusal of a cursor that was not given to this caller for this list."""
    return Invalid(Violation("cursor", "This is not a cursor of this list, order and search, given to you."))
