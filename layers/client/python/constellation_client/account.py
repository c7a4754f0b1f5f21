"""The caller's account."""

from constellation_client.responses import ApiKey, Profile, TokenPair
from constellation_client.transport import Transport


class Account:
    """Sessions, the profile, and API keys.

    Each method raises ApiError if the server refuses, and Unreachable if there is no answer that can be read.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def me(self) -> Profile:
        """Return the caller's profile."""
        return self._transport.json("GET", "/users/me", Profile)

    def log_in(self, user: str, password: str) -> TokenPair:
        """Return the tokens of a new session. ``user`` is a user name or an email address.

        Raises ApiError with the status 401 if the password is wrong.
        """
        body = {"username": user, "password": password}
        return self._transport.json("POST", "/api/auth/login", TokenPair, json=body, authorized=False)

    def refresh(self, refresh_token: str) -> TokenPair:
        """Return new tokens of a session. The old ones are void. Raises ApiError with 401 if it has ended."""
        body = {"refresh_token": refresh_token}
        return self._transport.json("POST", "/api/auth/refresh", TokenPair, json=body, authorized=False)

    def log_out(self, refresh_token: str) -> None:
        """End a session."""
        body = {"refresh_token": refresh_token}
        self._transport.request("POST", "/api/auth/logout", json=body, authorized=False)

    def create_api_key(self, name: str) -> ApiKey:
        """Create a key for ``/api/external/upload``. It is shown this once."""
        return self._transport.json("POST", "/api/user/api-keys", ApiKey, json={"name": name})
