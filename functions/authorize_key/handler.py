"""Who an API key speaks for (contract, "Accounts")."""

from datetime import datetime

from constellation.domain.tokens import API_KEY_PATTERN, digest
from constellation.http.authorizer import authorizer
from constellation.http.request import Caller
from constellation.stores import api_keys


@authorizer("api_key", credential=API_KEY_PATTERN, grants=[api_keys.USE])
def handler(key: str, now: datetime) -> Caller | None:
    """Authorize an API key: one that is known, not expired and not revoked."""
    found = api_keys.use(digest(key), now)
    return Caller(found[0], key_id=found[1]) if found else None
