"""Who an API key speaks for (contract, "Accounts")."""

from datetime import datetime

from constellation.accounts import api_key_store as api_keys
from constellation.accounts.tokens import API_KEY_PATTERN, digest
from constellation.runtime.authorizer import authorizer
from constellation.runtime.request import Caller


@authorizer("api_key", credential=API_KEY_PATTERN, grants=[api_keys.USE])
def handler(key: str, now: datetime) -> Caller | None:
    """Authorize an API key: one that is known, not expired and not revoked."""
    found = api_keys.use(digest(key), now)
    return Caller(found[0], key_id=found[1]) if found else None
