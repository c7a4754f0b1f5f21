"""List API keys (contract, "Accounts")."""

from constellation.accounts import api_key_store
from constellation.accounts.outputs import ApiKeyList, api_key_entry
from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("GET /api/user/api-keys", dialect=sharing, scope="none", grants=[api_key_store.LIST])
def handler(caller: Caller, now: Now) -> ApiKeyList:
    """GET /api/user/api-keys: list the caller's API keys.

    The keys themselves are not shown again.
    """
    return {"data": [api_key_entry(key, now) for key in api_key_store.list_all(caller.user_id)]}
