"""Get the caller's own profile (contract, "Accounts")."""

from constellation.accounts.outputs import Profile, profile
from constellation.accounts.users import get_user
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("GET /users/me", dialect=constellations, scope="any", uses=[get_user])
def handler(caller: Caller) -> Profile:
    """GET /users/me: get the caller's profile."""
    user = get_user(caller.user_id)
    return profile(user, user.email)
