"""Look up shares: for who created them, and for the ADMINs of a constellation."""

from collections.abc import Iterator

from constellation.common.errors import NotFound
from constellation.common.pages import Page, page_of
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.shares import store
from constellation.shares.model import Share, gone
from constellation.workspaces.rights import is_within


@operation(grants=[store.READ], errors=[NotFound])
def own_share(share_id: str, caller: Caller) -> Share:
    """Return a share that the caller has created. A bound token knows those in its constellation alone."""
    found = store.get(share_id)
    if found is None or found.creator != caller.user_id or not is_within(found.target.constellation, caller):
        raise gone()
    return found


@operation(grants=[store.READ], errors=[NotFound])
def share_in(constellation_id: str, share_id: str) -> Share:
    """Return a share of what is in a constellation, or of itself. Raise NotFound."""
    found = store.get(share_id)
    if found is None or found.target.constellation != constellation_id:
        raise gone()
    return found


@operation(grants=[store.LIST])
def page_of_own(position: str, caller: Caller, limit: int) -> Page[Share]:
    """Return the shares that the caller has created, after a position, newest first.

    A bound token has those in its constellation alone.
    """
    rows = store.listed(caller.constellation or caller.user_id, position, limit + 1)
    return page_of(_created_by(caller.user_id, rows), limit)


@operation(grants=[store.LIST])
def page_in(constellation_id: str, position: str, limit: int) -> Page[Share]:
    """Return the shares of what is in a constellation, and of itself, after a position, newest first."""
    return page_of(store.listed(constellation_id, position, limit + 1), limit)


def _created_by(user_id: str, rows: Iterator[tuple[str, Share | None]]) -> Iterator[tuple[str, Share | None]]:
    return ((position, share if share and share.creator == user_id else None) for position, share in rows)
