"""Find the user that an access token speaks for."""

from datetime import datetime

from constellation.accounts import session_store, store
from constellation.accounts.model import VerifiedToken
from constellation.accounts.verify_token import verify
from constellation.runtime.operation import operation


@operation(grants=[session_store.READ, store.READ], uses=[verify])
def identify(token: str, now: datetime) -> VerifiedToken | None:
    """Return the content of a valid access token if its session has not ended, or None.

    A token of the outside issuer has no session here. Its user must exist instead.
    """
    verified = verify(token, now)
    if verified is None:
        return None
    if verified.session_id is None:
        return verified if store.find(verified.user_id) else None
    session = session_store.find(verified.session_id, now)
    return verified if session and session.user_id == verified.user_id else None
