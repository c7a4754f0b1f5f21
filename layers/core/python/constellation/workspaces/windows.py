"""Read a caller's memberships, some at a time.

Any user can connect any other, so a user may have countless memberships that it never asked for. A list that looks
into constellations therefore looks into one window of them in a request, and goes on with the next window from a
cursor. For a user with more constellations than a window holds, the first window has only those that the user created:
what others do must make it neither expensive nor slow.

A token that is bound to a constellation has that membership alone.
"""

from dataclasses import dataclass
from itertools import islice

from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces import access, store
from constellation.workspaces.model import Membership

WINDOW = 25
"""The constellations that one request looks into."""

_ONLY = "-"
"""The position of the only membership of a bound token."""


@dataclass(frozen=True)
class Window:
    """Some memberships with their positions, in order: the constellations that the user created, then the others.

    ``end`` is the last position in the window, ``rest`` the first one after it, empty if there is none.
    """

    members: list[tuple[str, Membership]]
    end: str
    rest: str


@operation(grants=[store.READ_MEMBERSHIPS], uses=[access.memberships])
def window(caller: Caller, start: str, *, end: str = "") -> Window:
    """Return the memberships that one request looks into, from the position ``start`` on.

    With ``end`` it is the window that ended there before, whatever memberships have begun after it since.
    """
    if caller.constellation:
        return _bound(caller)
    if end:
        found = list[tuple[str, str]]()
        for position, id_ in store.joined_from(caller.user_id, start, WINDOW + 1):
            if position > end:
                return _window(caller, found, end, position)
            found.append((position, id_))
        return _window(caller, found, end, "")
    found, rest = _part(caller, start, WINDOW)
    created = [(position, id_) for position, id_ in found if position <= store.LAST_MADE]
    if rest and not start and len(created) < len(found):
        return _window(caller, created, store.LAST_MADE, found[len(created)][0])
    return _window(caller, found, found[-1][0] if found else "", rest)


@operation(grants=[store.READ_MEMBERSHIPS], uses=[access.memberships])
def page(caller: Caller, start: str, most: int) -> Window:
    """Return the first ``most`` memberships from a position on, to be listed themselves."""
    if caller.constellation:
        return _bound(caller)
    found, rest = _part(caller, start, most)
    return _window(caller, found, "", rest)


def _part(caller: Caller, start: str, most: int) -> tuple[list[tuple[str, str]], str]:
    """Return the positions and constellations of ``most`` memberships, and the next position, empty at the end."""
    found = list(islice(store.joined_from(caller.user_id, start, most + 1), most + 1))
    return found[:most], found[most][0] if len(found) > most else ""


def _bound(caller: Caller) -> Window:
    return _window(caller, [(_ONLY, caller.constellation)], _ONLY, "")


def _window(caller: Caller, found: list[tuple[str, str]], end: str, rest: str) -> Window:
    """Return the window of these memberships, without those that have just ended."""
    members = access.memberships([id_ for _, id_ in found], caller)
    return Window([(position, members[id_]) for position, id_ in found if id_ in members], end, rest)
