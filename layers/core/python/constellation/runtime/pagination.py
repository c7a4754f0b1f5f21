"""Cursors of lists: the position after which the next page begins, signed for one reader and one list."""

import json
from urllib.parse import urlencode

from constellation.common.errors import Invalid, Violation
from constellation.runtime import cursors, origin
from constellation.runtime.cursors import Cursor

_PURPOSE = "cursors"


def position_after(cursor: str, *scope: str) -> str:
    """Return the position in a cursor, empty without a cursor. Raises Invalid for a cursor of another ``scope``."""
    return read_cursor(cursor, json.dumps(scope)).position if cursor else ""


def cursor_at(position: str, *scope: str) -> str:
    """Return the cursor of a position, empty without one. ``scope`` names the reader and the list."""
    return write_cursor(Cursor(position), json.dumps(scope)) if position else ""


def next_link(path: str, cursor: str, **parameters: str | int | None) -> dict[str, str]:
    """Return the header with the address of the next page, none without a cursor.

    ``parameters`` are those of the address, if they are set.
    """
    return page_links(next=page_address(path, cursor, **parameters))


def page_address(path: str, cursor: str | None, **parameters: str | int | None) -> str:
    """Return the address of the page at a cursor, empty without one."""
    given = {"cursor": cursor} | {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given, errors='surrogatepass')}" if cursor else ""


def page_links(**addresses: str) -> dict[str, str]:
    """Return the header with the addresses of other pages (RFC 8288), by their relation: ``next`` and ``prev``.

    Empty addresses are left out, and without any there is no header.
    """
    links = [f'<{address}>; rel="{relation}"' for relation, address in addresses.items() if address]
    return {"Link": ", ".join(links)} if links else {}


def read_cursor(text: str, scope: str) -> Cursor:
    """Return the cursor in a text. Raises Invalid unless it was written for the same scope."""
    found = cursors.read(text, origin.keys(_PURPOSE), scope)
    if found is None:
        raise Invalid(Violation("cursor", "This is not a cursor of this list, order and search, given to you."))
    return found


def write_cursor(cursor: Cursor, scope: str) -> str:
    """Return a cursor as text, signed for a scope."""
    return cursors.write(cursor, origin.keys(_PURPOSE)[0], scope)
