"""Authorize requests by access token (contract, "Accounts"; RFC 9068) or by scoped token (part 2)."""

from datetime import datetime

from constellation.accounts.identify import identify
from constellation.accounts.model import ScopedToken
from constellation.accounts.random_secrets import SCOPED_PATTERN, SCOPED_PREFIX
from constellation.accounts.scoped_tokens import use_token
from constellation.common.times import in_seconds
from constellation.runtime.authorizer import authorizer
from constellation.runtime.request import Caller


@authorizer(
    "jwt",
    credential=rf"([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+|{SCOPED_PATTERN})",
    uses=[identify, use_token],
)
def handler(credential: str, now: datetime) -> Caller | None:
    """Authorize a valid access token whose session has not ended, or a scoped token that is not expired or deleted."""
    if credential.startswith(SCOPED_PREFIX) and "." not in credential:
        return _bearer_of(use_token(credential, now))
    found = identify(credential, now)
    return found and Caller(found.user_id, session_id=found.session_id or "", expires=str(found.expires))


def _bearer_of(token: ScopedToken | None) -> Caller | None:
    return token and Caller(
        token.user_id,
        token_id=token.id,
        scopes=" ".join(token.scopes),
        constellation=token.constellation,
        expires=in_seconds(token.expires_at),
    )
