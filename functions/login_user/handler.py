"""Logging in by the names of document 001 (contract, "Accounts")."""

from constellation.domain.errors import BadRequest, Invalid, TooManyRequests, Unauthenticated
from constellation.http.binding import Body, Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.request import Request
from constellation.http.viewer import viewer_network
from constellation.inputs.accounts import NameLogin
from constellation.services.logins import LOG_IN, log_in
from constellation.services.sessions import START, start_brief
from constellation.views.accounts import BEARER, AccessToken


@endpoint(
    "POST /login",
    dialect=constellations,
    security="public",
    grants=[*LOG_IN, *START],
    errors=[BadRequest, Unauthenticated, Invalid, TooManyRequests],
)
def handler(login: Body[NameLogin], request: Request, now: Now) -> AccessToken:
    """POST /login: get an access token with a password."""
    user_id = log_in(login.identity(), login.password, viewer_network(request), now)
    return {"access_token": start_brief(user_id, now), "token_type": BEARER}
