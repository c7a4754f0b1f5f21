"""Sessions: begun, recognised by their access tokens, kept up by refreshing, ended (contract, "Accounts")."""

from datetime import datetime

from constellation.accounts import access_tokens as tokens
from constellation.accounts import session_store as sessions
from constellation.accounts import signing
from constellation.accounts.session_store import Session
from constellation.accounts.tokens import Tokens, digest, new_refresh_token
from constellation.common.errors import Unauthenticated
from constellation.common.ids import new_id
from constellation.common.settings import settings

START = (sessions.START, signing.SIGN)


REFRESH = (sessions.READ, sessions.ROTATE, sessions.END, signing.SIGN)
LOG_OUT = (sessions.READ, sessions.END)


def start(user_id: str, now: datetime) -> Tokens:
    """A new session with refresh tokens."""
    refresh = new_refresh_token()
    session = Session(new_id(), user_id, digest(refresh))
    issued = _tokens(session, refresh, now)
    sessions.start(session, _refresh_ends(now))
    return issued


def start_brief(user_id: str, now: datetime) -> str:
    """The access token of a new session that ends with it."""
    session = Session(new_id(), user_id, None)
    access = tokens.issue(user_id, session.id, now)
    sessions.start(session, int(now.timestamp()) + settings().access_token_seconds)
    return access


def refresh(token: str, now: datetime) -> Tokens:
    """New tokens for the good refresh token of a session, which is good no more.

    Raises Unauthenticated for any other; one that was good before ends its session, since someone has a copy of it.
    """
    presented = digest(token)
    session = sessions.find_by_refresh(presented, now)
    if session is None:
        raise Unauthenticated("The refresh token is not valid")
    if session.refresh != presented:
        sessions.end(session.id)
        raise Unauthenticated("The refresh token is not valid")
    fresh = new_refresh_token()
    # Signed first: were the signing to fail after the rotation, the client would be left with a spent token.
    issued = _tokens(session, fresh, now)
    if not sessions.rotate(session, digest(fresh), _refresh_ends(now)):
        raise Unauthenticated("The refresh token is not valid")
    return issued


def log_out(token: str, now: datetime) -> None:
    """End the session that a refresh token belongs to, spent or not; an unknown one has none (RFC 7009, 2.2)."""
    session = sessions.find_by_refresh(digest(token), now)
    if session:
        sessions.end(session.id)


def _tokens(session: Session, refresh: str, now: datetime) -> Tokens:
    return Tokens(tokens.issue(session.user_id, session.id, now), refresh, settings().access_token_seconds)


def _refresh_ends(now: datetime) -> int:
    return int(now.timestamp()) + settings().refresh_token_seconds
