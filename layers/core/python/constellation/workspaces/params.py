"""Handler parameters of workspaces: what a path names, with the caller's right to it."""

from collections.abc import Callable
from typing import Annotated

from constellation.common.errors import BadRequest, DomainError, NotFound
from constellation.runtime.binding import Load, PathId
from constellation.runtime.request import Caller
from constellation.workspaces import access
from constellation.workspaces.model import INVALID_ID, NO_SUCH_CONSTELLATION, NO_SUCH_FOLDER, Membership
from constellation.workspaces.rights import Operation, refusals
from constellation.workspaces.tree import Folder

ConstellationId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_CONSTELLATION))]
FolderId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_FOLDER))]


def member_for(operation: Operation) -> Load:
    """Load the caller's membership of ``{constellation_uuid}``. An invalid id is a bad request."""
    return _membership(operation, lambda _: BadRequest(INVALID_ID))


def member_there_for(operation: Operation) -> Load:
    """Load the caller's membership of ``{constellation_uuid}``. An invalid id is not found."""
    return _membership(operation, lambda _: NotFound(NO_SUCH_CONSTELLATION))


def folder_for(operation: Operation) -> Load:
    """Load the folder ``{folder_uuid}`` and the caller's membership of its constellation."""

    def load(folder_uuid: FolderId, caller: Caller) -> tuple[Folder, Membership]:
        return access.folder(folder_uuid, caller, operation)

    return Load(load, uses=(access.folder,), errors=refusals(operation))


def _membership(operation: Operation, otherwise: Callable[[str], DomainError]) -> Load:
    def load(constellation_uuid: Annotated[str, PathId(otherwise)], caller: Caller) -> Membership:
        return access.membership(constellation_uuid, caller, operation)

    return Load(load, uses=(access.membership,), errors=refusals(operation))
