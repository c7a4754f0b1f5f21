"""Members of a constellation: connected and disconnected, and never without an ADMIN."""

from datetime import datetime

from constellation.accounts import store as accounts
from constellation.accounts.model import NO_SUCH_USER
from constellation.common.errors import BadRequest, Forbidden, NotFound, Unavailable
from constellation.workspaces import access
from constellation.workspaces import store as constellations
from constellation.workspaces.access import CONSTELLATION_ACCESS
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, Membership
from constellation.workspaces.rights import Operation, Right, require
from constellation.workspaces.store import HasLeft, LastAdmin

CONNECT = (*CONSTELLATION_ACCESS, accounts.READ, constellations.READ_RIGHT, constellations.CONNECT)
"""What a function that connects needs."""

DISCONNECT = (*CONSTELLATION_ACCESS, constellations.READ_RIGHT, constellations.DISCONNECT)
"""What a function that disconnects needs."""

ACCEPT = (constellations.READ, constellations.ACCEPT)
"""What a function needs by which who left lets itself be connected again."""

NO_SUCH_MEMBER = "This user is no member of the constellation"
HAS_LEFT = "This user has left the constellation"
LAST_ADMIN = "The last ADMIN can be neither disconnected nor lowered"

_TRIES = 10


def connect(by: Membership, user_id: str, right: Right, now: datetime) -> None:
    """Make a user a member with this right, or give a member this right, on the word of ``by``.

    Raises Forbidden where ``by`` is no ADMIN or the user has left by itself, NotFound where there is no such user,
    BadRequest for the last ADMIN.
    """
    if accounts.find(user_id) is None:
        raise NotFound(NO_SUCH_USER)
    for _ in range(_TRIES):
        # Who changes its own right is who it was when it was let in, or it could raise itself after it was lowered.
        before = by.right if user_id == by.user_id else constellations.right_of(by.constellation.id, user_id)
        try:
            if before is right or constellations.connect(by, user_id, before, right, now):
                return
        except LastAdmin:
            raise _last_admin(by, Operation.CONNECT_MEMBER) from None
        except HasLeft:
            raise Forbidden(HAS_LEFT) from None
        by = access.membership(by.constellation.id, by.user_id, Operation.CONNECT_MEMBER)
    raise Unavailable


def disconnect(by: Membership, user_id: str) -> None:
    """End a user's membership on the word of ``by``, who may end its own.

    Raises Forbidden where ``by`` may not, NotFound where the user is no member, BadRequest for the last ADMIN.
    """
    operation = Operation.LEAVE if user_id == by.user_id else Operation.DISCONNECT_MEMBER
    require(by.right, operation)
    for _ in range(_TRIES):
        before = constellations.right_of(by.constellation.id, user_id)
        if before is None:
            raise NotFound(NO_SUCH_MEMBER)
        try:
            if constellations.disconnect(by, user_id, before):
                return
        except LastAdmin:
            raise _last_admin(by, operation) from None
        by = access.membership(by.constellation.id, by.user_id, operation)
    raise Unavailable


def accept(constellation_id: str, user_id: str) -> None:
    """Let a user who left a constellation be connected to it again; a member is so already. Safe to repeat.

    Raises NotFound for any other user, and where there is no constellation.
    """

    def is_member() -> bool:
        return bool(constellations.memberships(user_id, [constellation_id]))

    # Who accepted before may have been connected between the two looks.
    if not (is_member() or constellations.accept(constellation_id, user_id) or is_member()):
        raise NotFound(NO_SUCH_CONSTELLATION)


def _last_admin(by: Membership, operation: Operation) -> BadRequest:
    """The refusal; but who has meanwhile lost the constellation is told only that."""
    access.membership(by.constellation.id, by.user_id, operation)
    return BadRequest(LAST_ADMIN)
