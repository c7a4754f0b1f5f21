"""Check the passwords of shares: ten wrong ones in 15 minutes, from whatever addresses.

An attempt is counted before the password is looked at, and no longer if it was right. So guesses that are sent all at
once get no further than those that are sent one by one. A change of the password starts a new count.
"""

from datetime import datetime

from constellation.accounts import passwords
from constellation.aws.retry import retry
from constellation.common.errors import TooManyRequests, Unauthenticated, Unavailable
from constellation.runtime.operation import operation
from constellation.shares import attempt_store
from constellation.shares.attempt_store import BeingChecked
from constellation.shares.model import Share

WRONG_PASSWORD = "Wrong password"  # noqa: S105

_PAUSES = (0.05, 0.1, 0.2, *(0.4,) * 40)
"""The longest waits, in seconds, for others whose password is being checked. On average they are 8 seconds in all."""


@operation(grants=[attempt_store.READ, attempt_store.RECORD], errors=[Unauthenticated, TooManyRequests, Unavailable])
def check(share: Share, password: str, now: datetime) -> None:
    """Raise Unauthenticated unless ``password`` is the one of a share.

    Raise TooManyRequests after ten wrong ones, for the right one too. Raise Unavailable where too many are being
    checked.
    """
    try:
        attempt = retry(lambda: attempt_store.begin(share, now), (BeingChecked,), _PAUSES)
    except BeingChecked:
        raise Unavailable from None
    if passwords.matches(password, share.password_hash):
        attempt_store.take_back(attempt)
        return
    attempt_store.keep(attempt)
    raise Unauthenticated(WRONG_PASSWORD)
