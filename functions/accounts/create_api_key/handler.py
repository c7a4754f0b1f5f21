"""Create an API key (contract, "Accounts")."""

from constellation.accounts.api_keys import create_key
from constellation.accounts.inputs import NewApiKey
from constellation.accounts.outputs import CreatedApiKey
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("POST /api/user/api-keys", dialect=sharing, scope="none", uses=[create_key], status=201)
def handler(new: Body[NewApiKey], caller: Caller, now: Now) -> CreatedApiKey:
    """POST /api/user/api-keys: create an API key.

    The key itself is shown only in this response.
    """
    key, secret = create_key(caller.user_id, new.name, new.expiresAt, now)
    return {"key": secret, "keyId": key.id, "name": key.name}
