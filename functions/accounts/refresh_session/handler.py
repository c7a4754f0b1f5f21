"""Refresh a session (contract, "Accounts")."""

from constellation.accounts.inputs import RefreshToken
from constellation.accounts.outputs import TokenPair, token_pair
from constellation.accounts.sessions import refresh
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


@endpoint("POST /api/auth/refresh", dialect=sharing, security="public", uses=[refresh])
def handler(token: Body[RefreshToken], now: Now) -> TokenPair:
    """POST /api/auth/refresh: exchange a refresh token for new tokens.

    The refresh token is then no longer valid. Using it again ends the session.
    """
    return token_pair(refresh(token.refresh_token, now))
