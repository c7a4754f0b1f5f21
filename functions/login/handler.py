"""Logging in (contract, "Accounts")."""

from constellation.domain.errors import BadRequest, Invalid, TooManyRequests, Unauthenticated
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.request import Request
from constellation.http.viewer import viewer_network
from constellation.inputs.accounts import Login
from constellation.services.logins import LOG_IN, log_in
from constellation.services.sessions import START, start
from constellation.views.accounts import TokenPair, token_pair


@endpoint(
    "POST /api/auth/login",
    dialect=sharing,
    security="public",
    grants=[*LOG_IN, *START],
    errors=[BadRequest, Unauthenticated, Invalid, TooManyRequests],
)
def handler(login: Body[Login], request: Request, now: Now) -> TokenPair:
    """POST /api/auth/login: open a session with a password."""
    user_id = log_in(login.identity(), login.password, viewer_network(request), now)
    return token_pair(start(user_id, now))
