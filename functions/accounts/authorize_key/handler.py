"""Authorize requests by API key (contract, "Accounts")."""

from datetime import datetime

from constellation.accounts.api_keys import use_key
from constellation.accounts.random_secrets import API_KEY_PATTERN
from constellation.common.times import in_seconds
from constellation.runtime.authorizer import authorizer
from constellation.runtime.request import Caller


@authorizer("api_key", credential=API_KEY_PATTERN, uses=[use_key])
def handler(key: str, now: datetime) -> Caller | None:
    """Authorize an API key that is known, not expired and not deleted."""
    found = use_key(key, now)
    return found and Caller(found.user_id, key_id=found.key_id, expires=in_seconds(found.expires_at))
