"""Who is let in: the share that a code names, while it lasts, and the token that opens it.

Without a token, a share looks the same whether it is unknown, deleted, expired or used up, or its target is gone or may
no longer be shared by its creator: there is no such share.
"""

from dataclasses import dataclass
from datetime import datetime

from constellation.common.errors import Forbidden, NotFound, Unauthenticated
from constellation.runtime.operation import operation
from constellation.runtime.request import Request
from constellation.shares import store, tokens, views
from constellation.shares.model import Share, gone, is_code
from constellation.shares.targets import Shared, shared_by_creator

NO_TOKEN = "This share needs a valid token"  # noqa: S105
_SCHEME = "share"


@dataclass(frozen=True)
class Opened:
    """A share that lasts, and what it shows."""

    share: Share
    shared: Shared


@operation(grants=[store.READ], errors=[NotFound])
def live_share(code: str, now: datetime) -> Share:
    """Return the share with a code, unless it has expired. Raise NotFound.

    The share can be used up, or what it shows can be gone.
    """
    share = store.by_code(code) if is_code(code) else None
    if share is None or share.is_expired(now):
        raise gone()
    return share


@operation(uses=[shared_by_creator], errors=[NotFound])
def opened(share: Share) -> Opened:
    """Return a share with what it shows. Raise NotFound if that is gone, or its creator may no longer share it."""
    try:
        return Opened(share, shared_by_creator(share))
    except (NotFound, Forbidden):
        raise gone() from None


@operation(uses=[live_share, opened, views.is_used_up], errors=[Unauthenticated])
def let_in(code: str, token: str | None, now: datetime) -> Share:
    """Return the share with a code, for a request with its token or, where it needs none, without.

    Raise Unauthenticated for a token that does not open it, whatever the reason, and for a missing one. Raise NotFound
    for a missing one if there is no such share, if it is used up, or if its creator may no longer share the target.
    """
    try:
        share = live_share(code, now)
    except NotFound:
        if token is None:
            raise
        raise Unauthenticated(NO_TOKEN) from None
    if token is not None:
        if not tokens.opens(token, share, now):
            raise Unauthenticated(NO_TOKEN)
    elif share.needs_token:
        opened(share)  # raises where it is gone, which is not to be told from an unknown one
        raise gone() if views.is_used_up(share) else Unauthenticated(NO_TOKEN)
    return share


def token_in(request: Request) -> str | None:
    """Return the token in ``Authorization: Share <token>``, or None without one: any other scheme is none."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == _SCHEME else None
