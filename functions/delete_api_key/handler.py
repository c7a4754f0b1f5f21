"""Revoking an API key (contract, "Accounts")."""

from typing import Annotated

from constellation.domain.accounts import NO_SUCH_KEY
from constellation.domain.errors import NotFound
from constellation.http.binding import PathId
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.stores import api_keys

KeyId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_KEY))]


@endpoint("DELETE /api/user/api-keys/{keyId}", dialect=sharing, grants=[api_keys.DELETE], status=204, errors=[NotFound])
def handler(keyId: KeyId, caller: Caller) -> None:
    """DELETE /api/user/api-keys/{keyId}: revoke an API key of the caller's."""
    api_keys.delete(caller.user_id, keyId)
