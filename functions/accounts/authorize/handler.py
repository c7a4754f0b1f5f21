"""Authorize requests by access token (contract, "Accounts"; RFC 9068)."""

from datetime import datetime

from constellation.accounts.identify import identify
from constellation.runtime.authorizer import authorizer
from constellation.runtime.request import Caller


@authorizer("jwt", credential=r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", uses=[identify])
def handler(token: str, now: datetime) -> Caller | None:
    """Authorize a JWT: a valid access token whose session has not ended."""
    found = identify(token, now)
    return Caller(found.user_id, session_id=found.session_id or "") if found else None
