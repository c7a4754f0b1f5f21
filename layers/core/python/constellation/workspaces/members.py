"""Connect and disconnect the members of a constellation, which always has an ADMIN."""

from datetime import datetime

from constellation.accounts.users import get_user
from constellation.common.errors import BadRequest, Forbidden, NotFound, Unavailable
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces import access, lost_right_request, store
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, Membership
from constellation.workspaces.rights import Operation, Right, is_within, require
from constellation.workspaces.store import HasLeft, LastAdmin

NO_SUCH_MEMBER = "This user is no member of the constellation"
HAS_LEFT = "This user has left the constellation"
LAST_ADMIN = "The last ADMIN can be neither disconnected nor lowered"

_TRIES = 10


@operation(
    grants=[store.READ_RIGHT, store.CONNECT],
    uses=[access.membership, get_user, lost_right_request.announce, lost_right_request.follow],
    errors=[BadRequest, Forbidden, Unavailable],
)
def connect(by: Membership, user_id: str, right: Right, now: datetime) -> None:
    """Make a user a member with a right, or give a member another right, in the name of the member ``by``.

    Raise Forbidden where ``by`` is no ADMIN or the user has left the constellation itself, NotFound where there is no
    such user, BadRequest for the last ADMIN.
    """
    get_user(user_id)
    for _ in range(_TRIES):
        # Who changes its own right must have the right it came with, or it could raise itself after it was lowered.
        before = by.right if user_id == by.user_id else store.right_of(by.constellation.id, user_id)
        is_lost = lost_right_request.is_lost(before, right)
        if is_lost:
            lost_right_request.announce(by.constellation.id, user_id)
        try:
            if before is right or store.connect(by, user_id, before, right, now):
                if is_lost:
                    lost_right_request.follow(by.constellation.id, user_id)
                return
        except LastAdmin:
            raise _last_admin(by, Operation.CONNECT_MEMBER) from None
        except HasLeft:
            raise Forbidden(HAS_LEFT) from None
        by = access.membership(by.constellation.id, Caller(by.user_id), Operation.CONNECT_MEMBER)
    raise Unavailable


@operation(
    grants=[store.READ_RIGHT, store.DISCONNECT],
    uses=[access.membership, lost_right_request.announce, lost_right_request.follow],
    errors=[BadRequest, Forbidden, Unavailable],
)
def disconnect(by: Membership, user_id: str) -> None:
    """End a user's membership in the name of the member ``by``, who may always end its own.

    Raise Forbidden where ``by`` is not allowed to, NotFound where the user is no member, BadRequest for the last ADMIN.
    """
    wanted = Operation.LEAVE if user_id == by.user_id else Operation.DISCONNECT_MEMBER
    require(by.right, wanted)
    for _ in range(_TRIES):
        before = store.right_of(by.constellation.id, user_id)
        if before is None:
            raise NotFound(NO_SUCH_MEMBER)
        is_lost = lost_right_request.is_lost(before, None)
        if is_lost:
            lost_right_request.announce(by.constellation.id, user_id)
        try:
            if store.disconnect(by, user_id, before):
                if is_lost:
                    lost_right_request.follow(by.constellation.id, user_id)
                return
        except LastAdmin:
            raise _last_admin(by, wanted) from None
        by = access.membership(by.constellation.id, Caller(by.user_id), wanted)
    raise Unavailable


@operation(grants=[store.READ, store.ACCEPT], errors=[NotFound])
def accept(constellation_id: str, caller: Caller) -> None:
    """Allow others to connect a caller again who left a constellation. It changes nothing for a member. Safe to repeat.

    Raise NotFound for any other user, and where there is no such constellation.
    """

    def is_member() -> bool:
        return bool(store.memberships(caller.user_id, [constellation_id]))

    # A user who accepted before may have been connected between the first two checks.
    known = is_within(constellation_id, caller)
    if not known or not (is_member() or store.accept(constellation_id, caller.user_id) or is_member()):
        raise NotFound(NO_SUCH_CONSTELLATION)


def _last_admin(by: Membership, wanted: Operation) -> BadRequest:
    """Return the refusal. Raise NotFound or Forbidden instead for who has lost the right to know of it meanwhile."""
    access.membership(by.constellation.id, Caller(by.user_id), wanted)
    return BadRequest(LAST_ADMIN)
