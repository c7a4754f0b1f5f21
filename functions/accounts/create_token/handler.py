"""Create a scoped token (contract, part 2)."""

from constellation.accounts.inputs import NewScopedToken
from constellation.accounts.outputs import CreatedScopedToken, created_scoped_token
from constellation.accounts.scoped_tokens import create_token
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.access import membership
from constellation.workspaces.rights import Operation


@endpoint("POST /api/user/tokens", dialect=sharing, scope="none", uses=[create_token, membership], status=201)
def handler(new: Body[NewScopedToken], caller: Caller, now: Now) -> CreatedScopedToken:
    """POST /api/user/tokens: create a scoped token.

    It is sent like an access token, as `Authorization: Bearer cst_…`, and opens the operations that its scopes allow.
    The token itself is shown only in this response.
    """
    new.check_expiry(now)
    bound_to = new.constellation_uuid or ""
    if bound_to:
        membership(bound_to, caller, Operation.SEE_CONSTELLATION)
    token, secret = create_token(caller.user_id, new.name, new.scopes, bound_to, new.expiresAt, now)
    return created_scoped_token(token, secret)
