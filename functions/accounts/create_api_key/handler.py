"""A new API key (contract, "Accounts")."""

from constellation.accounts import api_key_store as api_keys
from constellation.accounts.inputs import NewApiKey
from constellation.accounts.model import new_api_key
from constellation.accounts.outputs import CreatedApiKey
from constellation.accounts.tokens import digest, new_key_secret
from constellation.common.errors import BadRequest, Invalid
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint(
    "POST /api/user/api-keys", dialect=sharing, grants=[api_keys.CREATE], status=201, errors=[BadRequest, Invalid]
)
def handler(new: Body[NewApiKey], caller: Caller, now: Now) -> CreatedApiKey:
    """POST /api/user/api-keys: make an API key, which is shown this once."""
    key, secret = new_api_key(new.name, new.expiresAt, now), new_key_secret()
    api_keys.create(caller.user_id, key, digest(secret))
    return {"key": secret, "keyId": key.id, "name": key.name}
