"""Another user (contract, "Accounts")."""

from typing import Annotated

from constellation.domain.accounts import NO_SUCH_USER
from constellation.domain.errors import NotFound
from constellation.http.binding import PathId
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.stores import accounts
from constellation.views.accounts import Profile, profile

UserId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_USER))]


@endpoint("GET /users/{user_uuid}", dialect=constellations, grants=[accounts.READ], errors=[NotFound])
def handler(user_uuid: UserId, caller: Caller) -> Profile:
    """GET /users/{user_uuid}: a user's profile, with the email only for that user."""
    user = accounts.find(user_uuid)
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return profile(user, user.email if user.id == caller.user_id else None)
