"""Logins by password (contract, "Accounts")."""

from dataclasses import dataclass
from datetime import datetime

from constellation.accounts import failed_login_store as failed_logins
from constellation.accounts import passwords
from constellation.accounts import store as accounts
from constellation.accounts.model import FailedLogins, network_identity
from constellation.common.errors import Unauthenticated
from constellation.common.settings import settings

LOG_IN = (accounts.READ, failed_logins.READ, failed_logins.RECORD)


@dataclass(frozen=True)
class _Limited:
    """An account or a network, the failures that it may have, and those that it had at the first look."""

    subject: str
    limit: int
    failures: FailedLogins


def log_in(identity: str, password: str, network: str, now: datetime) -> str:
    """The id of the user with this identity and password.

    Raises Unauthenticated for a wrong pair, after the same calls and the same hashing whether or not there is such a
    user; TooManyRequests after repeated failures of the account or the network, with the right password too.
    """
    chosen = settings()
    # The network first: what it is refused for does not count against accounts and locks nobody out.
    limited = (
        [_looked_at(network_identity(network), chosen.failed_logins_per_address, now)]
        if chosen.failed_logins_per_address
        else []
    )
    subject = accounts.find_id(identity) or identity
    user = accounts.find(subject)
    limited.append(_looked_at(subject, chosen.failed_logins, now))
    matched = passwords.matches(password, user.password_hash if user else None)
    if user is None or not matched:
        for each in limited:
            failed_logins.record(each.subject, each.failures, each.limit, now)
        raise Unauthenticated("Wrong name or password")
    # Guesses sent all at once pass the first look together; what they have failed by now counts against them.
    for each in limited:
        failed_logins.find(each.subject, consistent=True).refuse(now, each.limit)
    return user.id


def _looked_at(subject: str, limit: int, now: datetime) -> _Limited:
    """Its failures of a moment ago. Raises TooManyRequests where they are too many."""
    failures = failed_logins.find(subject, consistent=False)
    failures.refuse(now, limit)
    return _Limited(subject, limit, failures)
