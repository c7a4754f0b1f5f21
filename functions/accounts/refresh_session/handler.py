"""Staying logged in (contract, "Accounts")."""

from constellation.accounts.inputs import RefreshToken
from constellation.accounts.outputs import TokenPair, token_pair
from constellation.accounts.sessions import REFRESH, refresh
from constellation.common.errors import BadRequest, Invalid, Unauthenticated
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


@endpoint(
    "POST /api/auth/refresh",
    dialect=sharing,
    security="public",
    grants=REFRESH,
    errors=[BadRequest, Unauthenticated, Invalid],
)
def handler(token: Body[RefreshToken], now: Now) -> TokenPair:
    """POST /api/auth/refresh: exchange a refresh token for new tokens."""
    return token_pair(refresh(token.refresh_token, now))
