"""Delete a scoped token (contract, part 2)."""

from typing import Annotated

from constellation.accounts.model import NO_SUCH_TOKEN
from constellation.accounts.scoped_tokens import delete_token
from constellation.common.errors import NotFound
from constellation.runtime.binding import PathId
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller

TokenId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_TOKEN))]


@endpoint("DELETE /api/user/tokens/{token_id}", dialect=sharing, scope="none", uses=[delete_token], status=204)
def handler(token_id: TokenId, caller: Caller) -> None:
    """DELETE /api/user/tokens/{token_id}: delete one of the caller's scoped tokens.

    It is refused 30 seconds later at the latest.
    """
    delete_token(caller.user_id, token_id)
