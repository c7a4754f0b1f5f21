"""The accounts of tests: a user, its sessions and its keys, made through the API itself."""

from typing import Any

from tests.support.world import Answer, World

EMAIL = "ada@example.com"
USERNAME = "ada"
PASSWORD = "correct horse battery"


def sign_up(world: World, email: str = EMAIL, username: str | None = USERNAME, **fields: Any) -> str:
    """The id of a new user."""
    body = {"email": email, "password": PASSWORD, "username": username, **fields}
    answer = world.request("POST", "/api/auth/signup", json=body)
    assert answer.status == 201, answer.body
    return answer.json["id"]


def log_in(world: World, username: str = USERNAME, password: str = PASSWORD) -> Answer:
    """The answer to a login."""
    return world.request("POST", "/api/auth/login", json={"username": username, "password": password})


def session(world: World, username: str = USERNAME) -> dict[str, Any]:
    """The tokens of a new session."""
    answer = log_in(world, username)
    assert answer.status == 200, answer.body
    return answer.json


def refresh(world: World, token: str) -> Answer:
    """The answer to a refresh."""
    return world.request("POST", "/api/auth/refresh", json={"refresh_token": token})


def log_out(world: World, token: str) -> Answer:
    """The answer to a logout."""
    return world.request("POST", "/api/auth/logout", json={"refresh_token": token})


def me(world: World, token: str) -> Answer:
    """The answer to ``GET /users/me``."""
    return world.request("GET", "/users/me", token=token)


def new_key(world: World, token: str, **fields: Any) -> dict[str, Any]:
    """A new API key as it is shown once."""
    answer = world.request("POST", "/api/user/api-keys", token=token, json={"name": "camera", **fields})
    assert answer.status == 201, answer.body
    return answer.json


def new_token(world: World, token: str, *scopes: str, **fields: Any) -> dict[str, Any]:
    """A new scoped token as it is shown once."""
    asked = {"name": "robot", "scopes": scopes or ("images:read",), **fields}
    answer = world.request("POST", "/api/user/tokens", token=token, json=asked)
    assert answer.status == 201, answer.body
    return answer.json


def problems(answer: Answer) -> dict[str, str]:
    """The violations of a 422 by property."""
    assert answer.status == 422, answer.body
    assert answer.json["error"]["message"] == "Validation Error"
    return {violation["property"]: violation["message"] for violation in answer.json["error"]["violations"]}
