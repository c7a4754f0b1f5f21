"""Revoking an API key (contract, "Accounts")."""

from typing import Annotated

from constellation.accounts import api_key_store as api_keys
from constellation.accounts.model import NO_SUCH_KEY
from constellation.common.errors import NotFound
from constellation.runtime.binding import PathId
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller

KeyId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_KEY))]


@endpoint("DELETE /api/user/api-keys/{keyId}", dialect=sharing, grants=[api_keys.DELETE], status=204, errors=[NotFound])
def handler(keyId: KeyId, caller: Caller) -> None:
    """DELETE /api/user/api-keys/{keyId}: revoke an API key of the caller's."""
    api_keys.delete(caller.user_id, keyId)
