"""Look up users: for every feature that shows users or names them."""

from collections.abc import Collection

from constellation.accounts import store
from constellation.accounts.identities import email_identity
from constellation.accounts.model import NO_SUCH_USER, User
from constellation.common.errors import NotFound
from constellation.runtime.operation import operation


@operation(grants=[store.READ], errors=[NotFound])
def get_user(user_id: str) -> User:
    """Return a user. Raises NotFound."""
    user = store.find(user_id)
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return user


@operation(uses=[get_user])
def get_user_by_email(email: str) -> User:
    """Return the user with an email. Raises NotFound."""
    user_id = store.find_id(email_identity(email))
    if user_id is None:
        raise NotFound(NO_SUCH_USER)
    return get_user(user_id)


@operation(grants=[store.READ_MANY])
def find_users(user_ids: Collection[str]) -> dict[str, User]:
    """Return the users that exist, by id, as they were a moment ago."""
    return store.find_many(user_ids)
