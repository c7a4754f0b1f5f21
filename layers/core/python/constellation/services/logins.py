"""Logins by password (contract, "Accounts")."""

from datetime import datetime

from constellation.domain.errors import Unauthenticated
from constellation.settings import settings
from constellation.stores import accounts, failed_logins, passwords

LOG_IN = (accounts.READ, failed_logins.READ, failed_logins.RECORD)


def log_in(identity: str, password: str, now: datetime) -> str:
    """The id of the user with this identity and password.

    Raises Unauthenticated for a wrong pair, after the same calls and the same hashing whether or not there is such a
    user; TooManyRequests after repeated failures, with the right password too.
    """
    limit = settings().failed_logins
    subject = accounts.find_id(identity) or identity
    user = accounts.find(subject)
    failures = failed_logins.find(subject, consistent=False)
    failures.refuse(now, limit)
    matched = passwords.matches(password, user.password_hash if user else None)
    if user is None or not matched:
        failed_logins.record(subject, failures, now)
        raise Unauthenticated("Wrong name or password")
    # Guesses sent all at once pass the first look together; what they have failed by now counts against them.
    failed_logins.find(subject, consistent=True).refuse(now, limit)
    return user.id
