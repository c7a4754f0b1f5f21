"""Where the command finds the server and the credential: the environment, then the configuration file.

The file is ``config.json`` in the user's configuration folder. Its profiles hold a server's address and either a token
or a session; only the user can read it. A saved credential is only ever sent to the server that it was saved with.
"""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypedDict, TypeGuard, cast

from platformdirs import user_config_path

from constellation_client.cli.exits import NotLoggedIn
from constellation_client.cli.lock import locked
from constellation_client.client import Client
from constellation_client.errors import ApiError, ConstellationError
from constellation_client.responses import TokenPair

_SOON = 60


class Profile(TypedDict, total=False):
    """A server, and how to be authorized there."""

    url: str
    token: str
    access_token: str
    refresh_token: str
    expires_at: float


class Profiles:
    """The configuration file."""

    def __init__(self) -> None:
        self.path = user_config_path("constellation") / "config.json"

    def read(self, name: str) -> Profile:
        """Return a profile; one that was never saved is empty."""
        return self._all().get(name, {})

    def write(self, name: str, profile: Profile | None) -> None:
        """Save a profile, or forget it."""
        profiles = self._all()
        profiles.pop(name, None)
        if profile:
            profiles[name] = profile
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A temporary file is made with mode 0600.
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".config-")
            part = Path(name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(profiles, file, indent=2)
                part.replace(self.path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    @contextlib.contextmanager
    def locked(self) -> Generator[None]:
        """Keep other commands from renewing a session at the same time."""
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(locked(self.path.with_suffix(".lock")))
            except OSError as error:
                raise _unwritable(self.path, error) from error
            yield

    def _all(self) -> dict[str, Profile]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            if not _are_profiles(found):
                raise ValueError("it holds no profiles")
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError) as error:
            raise NotLoggedIn(
                f"{self.path} cannot be read ({error}). Remove it and run `constellation login`."
            ) from error
        return found


def _are_profiles(found: Any) -> TypeGuard[dict[str, Profile]]:
    kinds: dict[str, Any] = {"expires_at": int | float}
    return isinstance(found, dict) and all(
        isinstance(profile, dict)
        and all(isinstance(value, kinds.get(name, str)) for name, value in cast("dict[str, Any]", profile).items())
        for profile in cast("dict[str, Any]", found).values()
    )


def _unwritable(path: Path, error: OSError) -> ConstellationError:
    return NotLoggedIn(
        f"{path} cannot be written ({error.strerror})."
        " Set CONSTELLATION_URL and CONSTELLATION_TOKEN to work without a configuration file."
    )


def session_of(url: str, pair: TokenPair) -> Profile:
    """Return the profile of a session."""
    return {
        "url": url,
        "access_token": pair["access_token"],
        "refresh_token": pair["refresh_token"],
        "expires_at": time.time() + pair["expires_in"],
    }


class Session:
    """Credentials of a saved session. Its tokens are renewed shortly before they expire, and saved again."""

    def __init__(self, profiles: Profiles, name: str) -> None:
        self._profiles, self._name = profiles, name
        self._profile = profiles.read(name)

    def token(self) -> str | None:
        """Return the access token."""
        token = self._profile.get("access_token", "")
        if time.time() > self._profile.get("expires_at", 0) - _SOON:
            self.renew(token)
        return self._profile.get("access_token")

    def renew(self, refused: str) -> bool:
        """Take the tokens of another command that has renewed them, or renew them."""
        with self._profiles.locked():
            self._profile = self._profiles.read(self._name)
            if self._profile.get("access_token") != refused:
                return "access_token" in self._profile
            url, refresh_token = self._profile.get("url", ""), self._profile.get("refresh_token", "")
            try:
                with Client(url) as client:
                    self._profile = session_of(url, client.account.refresh(refresh_token))
            except ApiError as error:
                if error.status not in {401, 422}:
                    raise
                raise NotLoggedIn("The session has ended. Run `constellation login`.") from error
            self._profiles.write(self._name, self._profile)
        return True


def connect(name: str, connections: int) -> Client:
    """Return a client with what the environment and a profile say."""
    url, token = os.environ.get("CONSTELLATION_URL"), os.environ.get("CONSTELLATION_TOKEN")
    profiles = Profiles()
    profile: Profile = {} if url and token else profiles.read(name)
    address = (url or profile.get("url", "")).rstrip("/")
    if not address:
        raise NotLoggedIn("No server is known. Run `constellation login --url https://…`, or set CONSTELLATION_URL.")
    if not token and profile.get("url", "").rstrip("/") == address:
        token = profile.get("token")
        if not token and "refresh_token" in profile:
            return Client(address, credentials=Session(profiles, name), connections=connections)
    if not token:
        raise NotLoggedIn(f"Not logged in to {address}. Run `constellation login --url {address}`.")
    return Client(address, token, connections=connections)
