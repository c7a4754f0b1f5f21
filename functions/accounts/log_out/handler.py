"""Logging out (contract, "Accounts")."""

from constellation.accounts.inputs import RefreshToken
from constellation.accounts.sessions import LOG_OUT, log_out
from constellation.common.errors import BadRequest, Invalid
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


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
