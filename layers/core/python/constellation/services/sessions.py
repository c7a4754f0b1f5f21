"""From an access token to the user it speaks for (contract, "Accounts")."""

from datetime import datetime

from constellation.domain.tokens import AccessToken
from constellation.stores import accounts, sessions, signing, tokens

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
