"""Sign up new users (contract, "Accounts")."""

from datetime import datetime

from constellation.accounts import limits, passwords, store
from constellation.accounts.identities import default_display_name
from constellation.accounts.model import User
from constellation.common import times
from constellation.common.errors import Invalid, TooManyRequests, Violation
from constellation.common.ids import new_id
from constellation.common.settings import settings
from constellation.runtime.operation import operation


@operation(grants=[store.CREATE], errors=[Invalid, TooManyRequests], uses=[limits.within])
def sign_up(
    network: str,
    email: str,
    username: str | None,
    display_name: str | None,
    password: str,
    now: datetime,
    *,
    username_field: str,
) -> User:
    """Create a user who signs up from ``network`` (``runtime.viewer``).

    Raises Invalid for an email or username that is taken, where ``username_field`` is the name of the username in the
    request. Raises TooManyRequests above the network's quota of the day.
    """
    if not limits.within("signups", network, settings().signups_per_day, now):
        raise TooManyRequests("Too many sign-ups from this address today", times.seconds_left(now))
    shown = display_name or default_display_name(username, email)
    user = User(new_id(), email, username, shown, passwords.hash_password(password), now)
    if taken := store.create(user):
        fields = {"email": "email", "username": username_field}
        raise Invalid(*(Violation(fields[name], "This value is already used.", "taken") for name in taken))
    return user
