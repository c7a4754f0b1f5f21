"""New users (contract, "Accounts")."""

from datetime import datetime

from constellation.accounts import limits, passwords
from constellation.accounts import store as accounts
from constellation.accounts.model import User, default_display_name
from constellation.common import times
from constellation.common.errors import TooManyRequests
from constellation.common.settings import settings

SIGN_UP = (limits.COUNT, accounts.CREATE)


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
    """A new user, signing up from ``network`` (``domain.networks``).

    Raises Invalid for an email or username that is taken, the latter by the name that the surface has for its
    field; TooManyRequests past the network's quota of the day.
    """
    if not limits.within("signups", network, settings().signups_per_day, now):
        raise TooManyRequests("Too many sign-ups from this address today", times.seconds_left(now))
    display_name = display_name or default_display_name(username, email)
    password_hash = passwords.hashed(password)
    return accounts.create(email, username, display_name, password_hash, now, username_field=username_field)
