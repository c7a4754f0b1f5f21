"""Scoped tokens: create, use and delete them (contract, part 2)."""

from collections.abc import Sequence
from datetime import datetime

from constellation.accounts import scoped_token_store as store
from constellation.accounts.model import NO_SUCH_TOKEN, TOKENS_PER_USER, ScopedToken
from constellation.accounts.random_secrets import digest, new_scoped_secret
from constellation.common.errors import Invalid, NotFound, Violation
from constellation.common.ids import new_id
from constellation.runtime.operation import operation


@operation(grants=[store.CREATE], errors=[Invalid])
def create_token(
    user_id: str, name: str, scopes: Sequence[str], constellation: str, expires_at: datetime | None, now: datetime
) -> tuple[ScopedToken, str]:
    """Create a scoped token of a user and return it with its secret.

    Raises Invalid for a user who has TOKENS_PER_USER that have not expired.
    """
    token = ScopedToken(new_id(), user_id, name, scopes, constellation, now, expires_at)
    secret = new_scoped_secret()
    if not store.create(token, digest(secret)):
        text = f"There are {TOKENS_PER_USER} tokens already. Delete one first."
        raise Invalid(Violation("name", text, "too_many"))
    return token, secret


@operation(grants=[store.DELETE], errors=[NotFound])
def delete_token(user_id: str, token_id: str) -> None:
    """Delete a scoped token of a user. Raises NotFound for a token that the user does not have."""
    if not store.delete(user_id, token_id):
        raise NotFound(NO_SUCH_TOKEN)


@operation(grants=[store.USE])
def use_token(secret: str, now: datetime) -> ScopedToken | None:
    """Return the scoped token with this secret, and note its use. Return None for one that is not valid."""
    return store.use(digest(secret), now)
