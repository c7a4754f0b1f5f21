"""Logging out (contract, "Accounts")."""

from constellation.domain.errors import BadRequest, Invalid
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.inputs.accounts import RefreshToken
from constellation.services.sessions import LOG_OUT, log_out


@endpoint(
    "POST /api/auth/logout",
    dialect=sharing,
    security="public",
    grants=LOG_OUT,
    status=204,
    errors=[BadRequest, Invalid],
)
def handler(token: Body[RefreshToken], now: Now) -> None:
    """POST /api/auth/logout: end the session of a refresh token."""
    log_out(token.refresh_token, now)
