"""A user by email (contract, "Accounts")."""

from constellation.accounts import store as accounts
from constellation.accounts.inputs import UserSearch
from constellation.accounts.model import NO_SUCH_USER, email_identity
from constellation.accounts.outputs import Profile, profile
from constellation.common.errors import Invalid, NotFound
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint


@endpoint("GET /users", dialect=constellations, grants=[accounts.READ], errors=[Invalid, NotFound])
def handler(search: Query[UserSearch]) -> Profile:
    """GET /users?email=: the profile of the user with this email."""
    user_id = accounts.find_id(email_identity(search.email))
    user = accounts.find(user_id) if user_id else None
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return profile(user, search.email)
