"""What a request is authorized by: a token that stays, or a session whose tokens are renewed."""

from typing import Protocol


class Credentials(Protocol):
    """Where the transport finds the token of a request."""

    def token(self) -> str | None:
        """Return the token, or None if requests are sent without one."""
        ...

    def renew(self, refused: str) -> bool:
        """Get another token than the one that was refused, and return whether there is one."""
        ...


class FixedToken:
    """A token that stays: one with scopes (``cst_…``) or an access token."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def token(self) -> str | None:
        """Return the token."""
        return self._token

    def renew(self, refused: str) -> bool:
        """Return False: there is no other one."""
        del refused
        return False
