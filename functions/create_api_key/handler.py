"""A new API key (contract, "Accounts")."""

from constellation.domain.accounts import new_api_key
from constellation.domain.errors import BadRequest, Invalid
from constellation.domain.tokens import digest, new_key_secret
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.inputs.accounts import NewApiKey
from constellation.stores import api_keys
from constellation.views.accounts import CreatedApiKey


@endpoint(
    "POST /api/user/api-keys", dialect=sharing, grants=[api_keys.CREATE], status=201, errors=[BadRequest, Invalid]
)
def handler(new: Body[NewApiKey], caller: Caller, now: Now) -> CreatedApiKey:
    """POST /api/user/api-keys: make an API key, which is shown this once."""
    key, secret = new_api_key(new.name, new.expiresAt, now), new_key_secret()
    api_keys.create(caller.user_id, key, digest(secret))
    return {"key": secret, "keyId": key.id, "name": key.name}
