"""Log users in by password (contract, "Accounts")."""

from dataclasses import dataclass
from datetime import datetime

from constellation.accounts import failed_login_store as failed_logins
from constellation.accounts import passwords, store
from constellation.accounts.identities import network_identity
from constellation.accounts.model import FailedLogins
from constellation.common.errors import TooManyRequests, Unauthenticated
from constellation.common.settings import settings
from constellation.runtime.operation import operation


@dataclass(frozen=True)
class _Limited:
    """An account or network, the failures that it may have, and those that it had at the first look."""

    subject: str
    limit: int
    failures: FailedLogins


@operation(grants=[store.READ, failed_logins.READ, failed_logins.RECORD], errors=[Unauthenticated, TooManyRequests])
def log_in(identity: str, password: str, network: str, now: datetime) -> str:
    """Return the id of the user with this identity and password.

    Raises Unauthenticated for a wrong pair, after the same calls and the same hashing whether or not the user exists.
    Raises TooManyRequests after repeated failures of the account or the network, for the right password too.
    """
    chosen = settings()
    # The network comes first: a login that is refused for its network counts against no account and locks nobody out.
    limited = (
        [_look_at(network_identity(network), chosen.failed_logins_per_address, now)]
        if chosen.failed_logins_per_address
        else []
    )
    subject = store.find_id(identity) or identity
    user = store.find(subject)
    limited.append(_look_at(subject, chosen.failed_logins, now))
    matched = passwords.matches(password, user.password_hash if user else None)
    if user is None or not matched:
        for each in limited:
            failed_logins.record(each.subject, each.failures, each.limit, now)
        raise Unauthenticated("Wrong name or password")
    # Guesses that are sent all at once pass the first look together. What they have failed by now counts.
    for each in limited:
        failed_logins.find(each.subject, consistent=True).refuse(now, each.limit)
    return user.id


def _look_at(subject: str, limit: int, now: datetime) -> _Limited:
    """Return the failures of a moment ago. Raises TooManyRequests if they are too many."""
    failures = failed_logins.find(subject, consistent=False)
    failures.refuse(now, limit)
    return _Limited(subject, limit, failures)
