"""Log in, in the form of document 001 (contract, "Accounts")."""

from constellation.accounts.inputs import NameLogin
from constellation.accounts.log_in import log_in
from constellation.accounts.outputs import BEARER, AccessToken
from constellation.accounts.sessions import start_brief
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Request
from constellation.runtime.viewer import viewer_network


@endpoint("POST /login", dialect=constellations, security="public", uses=[log_in, start_brief])
def handler(login: Body[NameLogin], request: Request, now: Now) -> AccessToken:
    """POST /login: get an access token with a password."""
    user_id = log_in(login.identity(), login.password, viewer_network(request), now)
    return {"access_token": start_brief(user_id, now), "token_type": BEARER}
