"""Get a user (contract, "Accounts")."""

from typing import Annotated

from constellation.accounts.model import NO_SUCH_USER
from constellation.accounts.outputs import Profile, profile
from constellation.accounts.users import get_user
from constellation.common.errors import NotFound
from constellation.runtime.binding import PathId
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller

UserId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_USER))]


@endpoint("GET /users/{user_uuid}", dialect=constellations, scope="any", uses=[get_user])
def handler(user_uuid: UserId, caller: Caller) -> Profile:
    """GET /users/{user_uuid}: get the profile of a user.

    The email is null unless the user is the caller.
    """
    user = get_user(user_uuid)
    return profile(user, user.email if user.id == caller.user_id else None)
