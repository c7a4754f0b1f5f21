"""API keys: create, use and delete them (contract, "Accounts")."""

from datetime import datetime

from constellation.accounts import api_key_store as store
from constellation.accounts.model import KEYS_PER_USER, NO_SUCH_KEY, ApiKey, KeyUse, new_api_key
from constellation.accounts.random_secrets import digest, new_key_secret
from constellation.common.errors import Invalid, NotFound, Violation
from constellation.runtime.operation import operation


@operation(grants=[store.CREATE], errors=[Invalid])
def create_key(user_id: str, name: str, expires_at: datetime | None, now: datetime) -> tuple[ApiKey, str]:
    """Create an API key of a user and return it with its secret.

    Raises Invalid for a time of expiry that has passed, and for a user who has KEYS_PER_USER keys.
    """
    key, secret = new_api_key(name, expires_at, now), new_key_secret()
    if not store.create(user_id, key, digest(secret)):
        text = f"There are {KEYS_PER_USER} API keys already. Delete one first."
        raise Invalid(Violation("name", text, "too_many"))
    return key, secret


@operation(grants=[store.DELETE], errors=[NotFound])
def delete_key(user_id: str, key_id: str) -> None:
    """Delete an API key of a user. Raises NotFound for a key that the user does not have."""
    if not store.delete(user_id, key_id):
        raise NotFound(NO_SUCH_KEY)


@operation(grants=[store.USE])
def use_key(secret: str, now: datetime) -> KeyUse | None:
    """Record the use of an API key, and return it. Return None for a key that is not valid."""
    return store.use(digest(secret), now)
