"""A user's memberships, some at a time.

Anybody can connect anybody, so a user may have memberships without number that it never asked for. A list that looks
into constellations therefore looks into one window of them a request, and goes on with the next window from a cursor.
Of a user with more constellations than a window holds, the first window has only those that the user made itself: what
others do must not make it dear or slow.
"""

from dataclasses import dataclass
from itertools import islice

from constellation.runtime.operation import operation
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Membership
from constellation.workspaces.store import LAST_MADE

READ_WINDOWS = (constellations.READ, constellations.READ_MEMBERSHIPS)
"""What a function needs that looks into the constellations of a user."""

WINDOW = 25
"""Constellations that one request looks into."""


@dataclass(frozen=True)
class Window:
    """Some of a user's memberships with their places, in their order: its own constellations first, then by time.

    ``end`` is the last place that the window reaches to, ``rest`` the first one after it; empty where there is none.
    """

    members: list[tuple[str, Membership]]
    end: str
    rest: str


@operation(grants=READ_WINDOWS)
def window(user_id: str, start: str, *, end: str = "") -> Window:
    """The memberships that one request looks into, from the place ``start`` on.

    With an ``end`` it is the window that had it, whatever has begun after it since.
    """
    if end:
        found = list[tuple[str, str]]()
        for place, id_ in constellations.joined_from(user_id, start, WINDOW + 1):
            if place > end:
                return _window(user_id, found, end, place)
            found.append((place, id_))
        return _window(user_id, found, end, "")
    found, rest = _part(user_id, start, WINDOW)
    made = [(place, id_) for place, id_ in found if place <= LAST_MADE]
    if rest and not start and len(made) < len(found):
        return _window(user_id, made, LAST_MADE, found[len(made)][0])
    return _window(user_id, found, found[-1][0] if found else "", rest)


def page(user_id: str, start: str, most: int) -> Window:
    """The first ``most`` memberships from a place on, to be listed themselves."""
    found, rest = _part(user_id, start, most)
    return _window(user_id, found, "", rest)


def _part(user_id: str, start: str, most: int) -> tuple[list[tuple[str, str]], str]:
    """The places and constellations of ``most`` memberships, and the place of the next one; empty without one."""
    found = list(islice(constellations.joined_from(user_id, start, most + 1), most + 1))
    return found[:most], found[most][0] if len(found) > most else ""


def _window(user_id: str, found: list[tuple[str, str]], end: str, rest: str) -> Window:
    """The window of these memberships but for those that have ended just now."""
    members = constellations.memberships(user_id, [id_ for _, id_ in found])
    return Window([(place, members[id_]) for place, id_ in found if id_ in members], end, rest)
