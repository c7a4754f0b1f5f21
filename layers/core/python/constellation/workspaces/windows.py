"""Read a user's memberships, some at a time.

Any user can connect any other, so a user may have countless memberships that it never asked for. A list that looks
into constellations therefore looks into one window of them in a request, and goes on with the next window from a
cursor. For a user with more constellations than a window holds, the first window has only those that the user created:
what others do must make it neither expensive nor slow.
"""

from dataclasses import dataclass
from itertools import islice

from constellation.runtime.operation import operation
from constellation.workspaces import store
from constellation.workspaces.model import Membership

WINDOW = 25
"""The constellations that one request looks into."""


@dataclass(frozen=True)
class Window:
    """Some memberships with their positions, in order: the constellations that the user created, then the others.

    ``end`` is the last position in the window, ``rest`` the first one after it, empty if there is none.
    """

    members: list[tuple[str, Membership]]
    end: str
    rest: str


@operation(grants=[store.READ, store.READ_MEMBERSHIPS])
def window(user_id: str, start: str, *, end: str = "") -> Window:
    """Return the memberships that one request looks into, from the position ``start`` on.

    With ``end`` it is the window that ended there before, whatever memberships have begun after it since.
    """
    if end:
        found = list[tuple[str, str]]()
        for position, id_ in store.joined_from(user_id, start, WINDOW + 1):
            if position > end:
                return _window(user_id, found, end, position)
            found.append((position, id_))
        return _window(user_id, found, end, "")
    found, rest = _part(user_id, start, WINDOW)
    created = [(position, id_) for position, id_ in found if position <= store.LAST_MADE]
    if rest and not start and len(created) < len(found):
        return _window(user_id, created, store.LAST_MADE, found[len(created)][0])
    return _window(user_id, found, found[-1][0] if found else "", rest)


@operation(grants=[store.READ, store.READ_MEMBERSHIPS])
def page(user_id: str, start: str, most: int) -> Window:
    """Return the first ``most`` memberships from a position on, to be listed themselves."""
    found, rest = _part(user_id, start, most)
    return _window(user_id, found, "", rest)


def _part(user_id: str, start: str, most: int) -> tuple[list[tuple[str, str]], str]:
    """Return the positions and constellations of ``most`` memberships, and the next position, empty at the end."""
    found = list(islice(store.joined_from(user_id, start, most + 1), most + 1))
    return found[:most], found[most][0] if len(found) > most else ""


def _window(user_id: str, found: list[tuple[str, str]], end: str, rest: str) -> Window:
    """Return the window of these memberships, without those that have just ended."""
    members = store.memberships(user_id, [id_ for _, id_ in found])
    return Window([(position, members[id_]) for position, id_ in found if id_ in members], end, rest)
