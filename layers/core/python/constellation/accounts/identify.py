"""Find the user that an access token speaks for."""

from datetime import datetime

from constellation.accounts import access_tokens as tokens
from constellation.accounts import session_store as sessions
from constellation.accounts import signing
from constellation.accounts import store as accounts
from constellation.accounts.tokens import AccessToken

IDENTIFY = (signing.PUBLISH, sessions.READ, accounts.READ)


def identify(token: str, now: datetime) -> AccessToken | None:
    """What a valid access token says, when the session that it is of has not ended; None otherwise.

    A token of the outside issuer has no session here; its user must exist instead.
    """
    claimed = tokens.verify(token, now)
    if claimed is None:
        return None
    if claimed.session_id is None:
        return claimed if accounts.find(claimed.user_id) else None
    session = sessions.find(claimed.session_id, now)
    return claimed if session and session.user_id == claimed.user_id else None
