"""Rights in a constellation, and the operations that need them (contract, "Constellations")."""

from collections.abc import Mapping
from enum import Enum, IntEnum, auto
from typing import Annotated

from constellation.common.errors import DomainError, Forbidden
from constellation.runtime.request import Caller


class Right(IntEnum):
    """What a member may do. Each right includes those before it."""

    READ = 1
    COMMENT = 2
    WRITE = 3
    ADMIN = 4


RightName = Annotated[str, tuple(Right.__members__)]
"""A right in a response."""

_LONGEST = max(map(len, Right.__members__))


class Operation(Enum):
    """Something that a user does to a constellation, a folder, an image or a firmware image."""

    SEE_CONSTELLATION = auto()
    RENAME_CONSTELLATION = auto()
    DELETE_CONSTELLATION = auto()
    SEE_MEMBERS = auto()
    CONNECT_MEMBER = auto()
    DISCONNECT_MEMBER = auto()
    LEAVE = auto()
    SEE_FOLDER = auto()
    CREATE_FOLDER = auto()
    CHANGE_FOLDER = auto()
    DELETE_FOLDER = auto()
    SEE_IMAGE = auto()
    ADD_IMAGE = auto()
    CHANGE_IMAGE = auto()
    DELETE_IMAGE = auto()
    SIGN_ANY_LINK = auto()
    SHARE = auto()
    MANAGE_SHARES = auto()
    SEE_VARIANTS = auto()
    CHANGE_VARIANTS = auto()
    SEE_COMMENTS = auto()
    ADD_COMMENT = auto()
    DELETE_OWN_COMMENT = auto()
    DELETE_COMMENT = auto()
    SEE_FIRMWARE = auto()
    CREATE_FIRMWARE = auto()
    CHANGE_FIRMWARE = auto()
    DELETE_FIRMWARE = auto()


NEEDED: Mapping[Operation, Right] = {
    Operation.SEE_CONSTELLATION: Right.READ,
    Operation.RENAME_CONSTELLATION: Right.WRITE,
    Operation.DELETE_CONSTELLATION: Right.ADMIN,
    Operation.SEE_MEMBERS: Right.READ,
    Operation.CONNECT_MEMBER: Right.ADMIN,
    Operation.DISCONNECT_MEMBER: Right.ADMIN,
    Operation.LEAVE: Right.READ,
    Operation.SEE_FOLDER: Right.READ,
    Operation.CREATE_FOLDER: Right.WRITE,
    Operation.CHANGE_FOLDER: Right.WRITE,
    Operation.DELETE_FOLDER: Right.WRITE,
    Operation.SEE_IMAGE: Right.READ,
    Operation.ADD_IMAGE: Right.WRITE,
    Operation.CHANGE_IMAGE: Right.WRITE,
    Operation.DELETE_IMAGE: Right.WRITE,
    Operation.SIGN_ANY_LINK: Right.WRITE,
    Operation.SHARE: Right.WRITE,
    Operation.MANAGE_SHARES: Right.ADMIN,
    Operation.SEE_VARIANTS: Right.READ,
    Operation.CHANGE_VARIANTS: Right.ADMIN,
    Operation.SEE_COMMENTS: Right.READ,
    Operation.ADD_COMMENT: Right.COMMENT,
    Operation.DELETE_OWN_COMMENT: Right.READ,
    Operation.DELETE_COMMENT: Right.ADMIN,
    Operation.SEE_FIRMWARE: Right.READ,
    Operation.CREATE_FIRMWARE: Right.WRITE,
    Operation.CHANGE_FIRMWARE: Right.WRITE,
    Operation.DELETE_FIRMWARE: Right.WRITE,
}


def require(right: Right, operation: Operation) -> None:
    """Raise Forbidden unless ``right`` is enough for ``operation``."""
    if right < NEEDED[operation]:
        raise Forbidden(f"This needs {NEEDED[operation].name} rights")


def effective(right: Right, caller: Caller) -> Right:
    """Return the right that a caller has of a user's ``right``: a scoped token can lower it."""
    return min(right, Right[caller.ceiling])


def is_within(constellation_id: str, caller: Caller) -> bool:
    """Return whether a caller may know of a constellation: a token can be bound to another one."""
    return caller.constellation in ("", constellation_id)


def right_outside(caller: Caller) -> Right | None:
    """Return a caller's right to what its user owns in no constellation, or None for a token that is bound to one."""
    return None if caller.constellation else effective(Right.ADMIN, caller)


def refusals(operation: Operation) -> tuple[type[DomainError], ...]:
    """Return the errors that ``require`` can raise for a member: none where every member may do it."""
    return (Forbidden,) if NEEDED[operation] > min(Right) else ()


def parse_right(text: str) -> Right | None:
    """Return the right with this name in any case, or None."""
    return Right.__members__.get(text.upper()) if len(text) <= _LONGEST and text.isascii() else None
