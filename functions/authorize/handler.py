"""Who a bearer token speaks for (contract, "Accounts"; RFC 9068)."""

from datetime import datetime

from constellation.http.authorizer import authorizer
from constellation.http.request import Caller
from constellation.services.sessions import IDENTIFY, identify


@authorizer("jwt", credential=r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", grants=IDENTIFY)
def handler(token: str, now: datetime) -> Caller | None:
    """Authorize a JWT: a valid access token of a session that has not ended."""
    found = identify(token, now)
    return Caller(found.user_id, session_id=found.session_id or "") if found else None
