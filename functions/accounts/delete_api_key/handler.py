"""Delete an API key (contract, "Accounts")."""

from typing import Annotated

from constellation.accounts.api_keys import delete_key
from constellation.accounts.model import NO_SUCH_KEY
from constellation.common.errors import NotFound
from constellation.runtime.binding import PathId
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller

KeyId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_KEY))]


@endpoint("DELETE /api/user/api-keys/{keyId}", dialect=sharing, scope="none", uses=[delete_key], status=204)
def handler(keyId: KeyId, caller: Caller) -> None:
    """DELETE /api/user/api-keys/{keyId}: delete one of the caller's API keys."""
    delete_key(caller.user_id, keyId)
