"""Log out (contract, "Accounts")."""

from constellation.accounts.inputs import RefreshToken
from constellation.accounts.sessions import log_out
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


@endpoint("POST /api/auth/logout", dialect=sharing, security="public", uses=[log_out], status=204)
def handler(token: Body[RefreshToken], now: Now) -> None:
    """POST /api/auth/logout: end the session of a refresh token.

    An unknown token is not an error.
    """
    log_out(token.refresh_token, now)
