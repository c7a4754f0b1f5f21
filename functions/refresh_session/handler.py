"""Staying logged in (contract, "Accounts")."""

from constellation.domain.errors import BadRequest, Invalid, Unauthenticated
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.inputs.accounts import RefreshToken
from constellation.services.sessions import REFRESH, refresh
from constellation.views.accounts import TokenPair, token_pair


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
