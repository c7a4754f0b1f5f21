"""List scoped tokens (contract, part 2)."""

from constellation.accounts import scoped_token_store
from constellation.accounts.outputs import ScopedTokenList, scoped_token_entry
from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("GET /api/user/tokens", dialect=sharing, scope="none", grants=[scoped_token_store.LIST])
def handler(caller: Caller, now: Now) -> ScopedTokenList:
    """GET /api/user/tokens: list the caller's scoped tokens.

    The tokens themselves are not shown again. An expired token is listed until a new one takes its place.
    """
    return {"data": [scoped_token_entry(token, now) for token in scoped_token_store.list_all(caller.user_id)]}
