"""Sessions: start, refresh and end them (contract, "Accounts")."""

from datetime import datetime

from constellation.accounts import session_store as store
from constellation.accounts.access_tokens import issue
from constellation.accounts.model import Session, Tokens
from constellation.accounts.random_secrets import digest, new_refresh_token
from constellation.common.errors import Unauthenticated
from constellation.common.ids import new_id
from constellation.common.settings import settings
from constellation.runtime.operation import operation


@operation(grants=[store.START], uses=[issue])
def start(user_id: str, now: datetime) -> Tokens:
    """Start a session that can be refreshed."""
    refresh = new_refresh_token()
    session = Session(new_id(), user_id, digest(refresh))
    tokens = _issue_tokens(session, refresh, now)
    store.start(session, _refresh_ends(now))
    return tokens


@operation(grants=[store.START], uses=[issue])
def start_brief(user_id: str, now: datetime) -> str:
    """Start a session that ends with its one access token, and return the token."""
    session = Session(new_id(), user_id, None)
    token = issue(user_id, session.id, now)
    store.start(session, int(now.timestamp()) + settings().access_token_seconds)
    return token


@operation(grants=[store.READ, store.ROTATE, store.END], errors=[Unauthenticated], uses=[issue])
def refresh(token: str, now: datetime) -> Tokens:
    """Return new tokens for the valid refresh token of a session, which is then no longer valid.

    Raises Unauthenticated for any other token. A token that was valid before ends its session, since somebody has a
    copy of it.
    """
    presented = digest(token)
    session = store.find_by_refresh(presented, now)
    if session is None:
        raise Unauthenticated("The refresh token is not valid")
    if session.refresh != presented:
        store.end(session.id)
        raise Unauthenticated("The refresh token is not valid")
    fresh = new_refresh_token()
    # Sign first: if signing failed after the rotation, the client would be left with a spent token.
    tokens = _issue_tokens(session, fresh, now)
    if not store.rotate(session, digest(fresh), _refresh_ends(now)):
        raise Unauthenticated("The refresh token is not valid")
    return tokens


@operation(grants=[store.READ, store.END])
def log_out(token: str, now: datetime) -> None:
    """End the session of a refresh token, valid or spent. An unknown token is no error (RFC 7009, section 2.2)."""
    session = store.find_by_refresh(digest(token), now)
    if session:
        store.end(session.id)


def _issue_tokens(session: Session, refresh: str, now: datetime) -> Tokens:
    return Tokens(issue(session.user_id, session.id, now), refresh, settings().access_token_seconds)


def _refresh_ends(now: datetime) -> int:
    return int(now.timestamp()) + settings().refresh_token_seconds
