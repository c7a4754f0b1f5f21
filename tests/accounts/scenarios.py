"""For each function of the accounts what makes it use all that it is granted."""

from datetime import timedelta

import pytest

from constellation.accounts.model import TOKENS_PER_USER
from tests.support.accounts import PASSWORD, log_in, log_out, me, new_key, new_token, refresh, session, sign_up
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Scenario, World, configure


def _sign_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, signups_per_day=1)
    sign_up(world)


def _register(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, signups_per_day=1)
    world.request("POST", "/register", json={"name": "ada", "email": "ada@example.com", "password": PASSWORD})


def _log_in(world: World, _: pytest.MonkeyPatch) -> None:
    sign_up(world)
    log_in(world, password="wrong")
    log_in(world)


def _log_in_by_name(world: World, _: pytest.MonkeyPatch) -> None:
    sign_up(world)
    for password in ("wrong", PASSWORD):
        world.request("POST", "/login", json={"name": "ada", "password": password})


def _refresh(world: World, _: pytest.MonkeyPatch) -> None:
    sign_up(world)
    token = session(world)["refresh_token"]
    refresh(world, token)
    refresh(world, token)


def _log_out(world: World, _: pytest.MonkeyPatch) -> None:
    sign_up(world)
    log_out(world, session(world)["refresh_token"])


def _look(world: World, _: pytest.MonkeyPatch) -> None:
    user = sign_up(world)
    token = session(world)["access_token"]
    me(world, token)
    world.request("GET", f"/users/{user}", token=token)
    world.request("GET", "/users", token=token, query={"email": "ada@example.com"})


def _publish(world: World, _: pytest.MonkeyPatch) -> None:
    world.request("GET", "/.well-known/jwks.json")


def _keys(world: World, _: pytest.MonkeyPatch) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    key = new_key(world, token)
    world.authorize("api_key", f"Bearer {key['key']}")
    world.request("GET", "/api/user/api-keys", token=token)
    world.request("DELETE", f"/api/user/api-keys/{key['keyId']}", token=token)


def _tokens(world: World, _: pytest.MonkeyPatch) -> None:
    client = Client(world)
    space = Workspace(client)
    lived = {"expiresAt": (world.now + timedelta(seconds=1)).isoformat()}
    tokens = [new_token(world, client.token, constellation_uuid=space.id, **lived) for _ in range(TOKENS_PER_USER)]
    world.request("GET", "/users/me", token=tokens[0]["token"])
    world.advance(seconds=1)
    new_token(world, client.token)
    client.ask("GET", "/api/user/tokens")
    client.ask("DELETE", f"/api/user/tokens/{tokens[-1]['id']}")


def _authorize(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _look(world, monkeypatch)
    token = new_token(world, session(world)["access_token"])["token"]
    world.request("GET", "/users/me", token=token)


SCENARIOS: dict[str, Scenario] = {
    "share_sign_up": _sign_up,
    "workspace_sign_up": _register,
    "share_log_in": _log_in,
    "workspace_log_in": _log_in_by_name,
    "refresh_session": _refresh,
    "log_out": _log_out,
    "get_me": _look,
    "get_user": _look,
    "find_user": _look,
    "get_jwks": _publish,
    "authorize": _authorize,
    "create_token": _tokens,
    "list_tokens": _tokens,
    "delete_token": _tokens,
    "create_api_key": _keys,
    "list_api_keys": _keys,
    "delete_api_key": _keys,
    "authorize_key": _keys,
}
