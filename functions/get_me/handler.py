"""The caller itself (contract, "Accounts")."""

from constellation.domain.accounts import NO_SUCH_USER
from constellation.domain.errors import NotFound
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.stores import accounts
from constellation.views.accounts import Profile, profile


@endpoint("GET /users/me", dialect=constellations, grants=[accounts.READ], errors=[NotFound])
def handler(caller: Caller) -> Profile:
    """GET /users/me: the caller's profile."""
    user = accounts.find(caller.user_id)
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return profile(user, user.email)
