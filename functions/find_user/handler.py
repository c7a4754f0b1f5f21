"""A user by email (contract, "Accounts")."""

from constellation.domain.accounts import NO_SUCH_USER, email_identity
from constellation.domain.errors import Invalid, NotFound
from constellation.http.binding import Query
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.inputs.accounts import UserSearch
from constellation.stores import accounts
from constellation.views.accounts import Profile, profile


@endpoint("GET /users", dialect=constellations, grants=[accounts.READ], errors=[Invalid, NotFound])
def handler(search: Query[UserSearch]) -> Profile:
    """GET /users?email=: the profile of the user with this email."""
    user_id = accounts.find_id(email_identity(search.email))
    user = accounts.find(user_id) if user_id else None
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return profile(user, search.email)
