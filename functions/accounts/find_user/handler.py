"""Find a user by email (contract, "Accounts")."""

from constellation.accounts.inputs import UserSearch
from constellation.accounts.outputs import Profile, profile
from constellation.accounts.users import get_user_by_email
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint


@endpoint("GET /users", dialect=constellations, scope="any", uses=[get_user_by_email])
def handler(search: Query[UserSearch]) -> Profile:
    """GET /users?email=: get the profile of the user with this email."""
    return profile(get_user_by_email(search.email), search.email)
