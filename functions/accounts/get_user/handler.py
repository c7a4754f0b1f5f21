"""Another user (contract, "Accounts")."""

from typing import Annotated

from constellation.accounts import store as accounts
from constellation.accounts.model import NO_SUCH_USER
from constellation.accounts.outputs import Profile, profile
from constellation.common.errors import NotFound
from constellation.runtime.binding import PathId
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller

UserId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_USER))]


@endpoint("GET /users/{user_uuid}", dialect=constellations, grants=[accounts.READ], errors=[NotFound])
def handler(user_uuid: UserId, caller: Caller) -> Profile:
    """GET /users/{user_uuid}: a user's profile, with the email only for that user."""
    user = accounts.find(user_uuid)
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return profile(user, user.email if user.id == caller.user_id else None)
