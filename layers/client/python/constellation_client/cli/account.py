"""``constellation login`` and ``logout``."""

import contextlib
import sys

import typer

from constellation_client.cli.exits import Misused, NotLoggedIn
from constellation_client.cli.output import Output
from constellation_client.cli.profiles import Profiles, session_of
from constellation_client.client import Client
from constellation_client.errors import ApiError, ConstellationError


def log_in(output: Output, url: str, user: str, name: str, from_stdin: bool) -> None:
    """Save a token from stdin, or the session that a password opens."""
    profiles = Profiles()
    url = (url or profiles.read(name).get("url", "")).rstrip("/")
    if not url:
        raise Misused("Say which server, with --url https://…")
    if from_stdin:
        token = sys.stdin.readline().strip()
        if not token or not token.isascii() or not token.isprintable():
            raise Misused("There is no token on stdin.")
        with Client(url, token) as client:
            me = client.account.me()
        profiles.write(name, {"url": url, "token": token})
    else:
        if not sys.stdin.isatty():
            raise Misused("A password is only asked for on a terminal. Use --token-stdin in scripts.")
        user = user or typer.prompt("User name or email", err=True)
        password = typer.prompt("Password", hide_input=True, err=True)
        with Client(url) as client:
            try:
                pair = client.account.log_in(user, password)
            except ApiError as error:
                raise NotLoggedIn(error.message) if error.status == 401 else error from error
        with Client(url, pair["access_token"]) as client:
            me = client.account.me()
        profiles.write(name, session_of(url, pair))
    output.note(f"Logged in to {url} as {me['name']}.")


def log_out(output: Output, name: str) -> None:
    """End the session of a profile, and forget the profile. A token stays valid until it is revoked."""
    profiles = Profiles()
    profile = profiles.read(name)
    if not profile:
        output.note("Nobody is logged in.")
        return
    if "refresh_token" in profile:
        # What cannot be ended now ends by itself.
        with contextlib.suppress(ConstellationError), Client(profile.get("url", "")) as client:
            client.account.log_out(profile["refresh_token"])
    profiles.write(name, None)
    output.note(f"Logged out of {profile.get('url', '')}.")
