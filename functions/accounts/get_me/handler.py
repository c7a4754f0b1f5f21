"""The caller itself (contract, "Accounts")."""

from constellation.accounts import store as accounts
from constellation.accounts.model import NO_SUCH_USER
from constellation.accounts.outputs import Profile, profile
from constellation.common.errors import NotFound
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("GET /users/me", dialect=constellations, grants=[accounts.READ], errors=[NotFound])
def handler(caller: Caller) -> Profile:
    """GET /users/me: the caller's profile."""
    user = accounts.find(caller.user_id)
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return profile(user, user.email)
