"""A user's API keys (contract, "Accounts")."""

from constellation.accounts import api_key_store as api_keys
from constellation.accounts.outputs import ApiKeyList, api_key_entry
from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("GET /api/user/api-keys", dialect=sharing, grants=[api_keys.LIST])
def handler(caller: Caller, now: Now) -> ApiKeyList:
    """GET /api/user/api-keys: the caller's API keys, without the keys themselves."""
    return {"data": [api_key_entry(key, now) for key in api_keys.list_all(caller.user_id)]}
