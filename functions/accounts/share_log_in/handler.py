"""Log in (contract, "Accounts")."""

from constellation.accounts.inputs import Login
from constellation.accounts.log_in import log_in
from constellation.accounts.outputs import TokenPair, token_pair
from constellation.accounts.sessions import start
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Request
from constellation.runtime.viewer import viewer_network


@endpoint("POST /api/auth/login", dialect=sharing, security="public", uses=[log_in, start])
def handler(login: Body[Login], request: Request, now: Now) -> TokenPair:
    """POST /api/auth/login: start a session with a password."""
    user_id = log_in(login.identity(), login.password, viewer_network(request), now)
    return token_pair(start(user_id, now))
