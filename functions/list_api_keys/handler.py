"""A user's API keys (contract, "Accounts")."""

from constellation.http.binding import Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.stores import api_keys
from constellation.views.accounts import ApiKeyList, api_key_entry


@endpoint("GET /api/user/api-keys", dialect=sharing, grants=[api_keys.LIST])
def handler(caller: Caller, now: Now) -> ApiKeyList:
    """GET /api/user/api-keys: the caller's API keys, without the keys themselves."""
    return {"data": [api_key_entry(key, now) for key in api_keys.list_all(caller.user_id)]}
