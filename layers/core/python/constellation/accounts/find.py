"""Find a user."""

from constellation.accounts import store
from constellation.accounts.model import User
from constellation.runtime.operation import operation


@operation(grants=[store.READ])
def find_user(user_id: str) -> User | None:
    """Return a user, or None."""
    return store.find(user_id)
