"""Handler parameters of shares: the share that a path names, by its code in public, else by its id."""

from typing import Annotated

from constellation.common.errors import Forbidden, NotFound
from constellation.runtime.binding import Load, Now, PathId
from constellation.runtime.request import Caller, Request
from constellation.shares import access, find
from constellation.shares.access import Opened
from constellation.shares.model import Share, gone
from constellation.shares.upload import drop_box
from constellation.workspaces import access as workspaces
from constellation.workspaces.model import NO_SUCH_CONSTELLATION
from constellation.workspaces.rights import Operation

ConstellationId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_CONSTELLATION))]
ShareId = Annotated[str, PathId(lambda _: gone())]


def _lasting(code: str, now: Now) -> Opened:
    return access.opened(access.live_share(code, now))


def _let_in(code: str, request: Request, now: Now) -> Opened:
    return access.opened(access.let_in(code, access.token_in(request), now))


def _own(share_id: ShareId, caller: Caller) -> Share:
    return find.own_share(share_id, caller)


def _there(constellation_uuid: ConstellationId, share_id: ShareId, caller: Caller) -> Share:
    workspaces.membership(constellation_uuid, caller, Operation.MANAGE_SHARES)
    return find.share_in(constellation_uuid, share_id)


LastingShare = Annotated[Opened, Load(_lasting, uses=(access.live_share, access.opened))]
"""The share ``{code}`` while it lasts, with or without a token. It may be used up."""

OpenedShare = Annotated[Opened, Load(_let_in, uses=(access.let_in, access.opened))]
"""The share ``{code}`` for a request with its token, or without where it needs none."""

OwnShare = Annotated[Share, Load(_own, uses=(find.own_share,))]
"""The share ``{share_id}`` of the caller's."""

ShareThere = Annotated[Share, Load(_there, uses=(workspaces.membership, find.share_in), errors=(Forbidden,))]
"""The share ``{share_id}`` of ``{constellation_uuid}``, of which the caller is an ADMIN."""


def _drop_box(opened: OpenedShare) -> Opened:
    return drop_box(opened)


DropBox = Annotated[Opened, Load(_drop_box, errors=(Forbidden,))]
"""The share ``{code}`` that takes uploads, for a request that opens it."""
