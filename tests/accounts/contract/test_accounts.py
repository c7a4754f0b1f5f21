"""The contract's table "Accounts", line by line."""

import re
from datetime import timedelta

import jwt
import pytest

from tests.support.accounts import EMAIL, PASSWORD, USERNAME, log_in, me, new_key, problems, refresh, session, sign_up
from tests.support.world import NOON, UUID, World

UNAUTHORIZED: dict[str, object] = {
    "error": {"title": "Unauthorized", "message": "Wrong name or password", "violations": []}
}


def test_signup(world: World) -> None:
    body = {
        "email": EMAIL,
        "password": PASSWORD,
        "username": USERNAME,
        "displayName": "Ada Lovelace",
        "confirm": PASSWORD,
    }
    answer = world.request("POST", "/api/auth/signup", json=body)
    assert answer.status == 201
    assert answer.json.keys() == {"id"}
    assert UUID.fullmatch(answer.json["id"])
    assert me(world, session(world)["access_token"]).json["name"] == "Ada Lovelace"


def test_signup_needs_email_and_password_only(world: World) -> None:
    answer = world.request("POST", "/api/auth/signup", json={"email": EMAIL, "password": PASSWORD})
    assert answer.status == 201
    assert me(world, session(world, EMAIL)["access_token"]).json["name"] == "ada"


def test_signup_names_every_violation_at_once(world: World) -> None:
    body = {"email": "nobody", "password": "short", "confirm": "other", "username": "a@b", "displayName": " "}
    assert problems(world.request("POST", "/api/auth/signup", json=body)) == {
        "email": "This value is not a valid email address.",
        "password": "This value is too short. It should have 8 characters or more.",
        "confirm": "This value should be the same as the password.",
        "username": 'This value must not hold "@".',
        "displayName": "This value should not be blank.",
    }


def test_signup_refuses_what_is_taken(world: World) -> None:
    sign_up(world)
    body = {"email": EMAIL.upper(), "username": USERNAME.title(), "password": PASSWORD}
    used = "This value is already used."
    assert problems(world.request("POST", "/api/auth/signup", json=body)) == {"email": used, "username": used}


@pytest.mark.parametrize("name", [{"username": USERNAME}, {"username": EMAIL}, {"email": EMAIL}])
def test_login(world: World, name: dict[str, str]) -> None:
    user = sign_up(world)
    answer = world.request("POST", "/api/auth/login", json={**name, "password": PASSWORD})
    assert answer.status == 200
    assert answer.json.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert answer.json["token_type"] == "bearer"
    assert answer.json["expires_in"] == 3600
    assert me(world, answer.json["access_token"]).json["uuid"] == user


def test_login_answers_the_same_whether_or_not_the_account_exists(world: World) -> None:
    sign_up(world)
    known = log_in(world, password="wrong password")
    calls_for_known = list(world.calls)
    unknown = log_in(world, "nobody")
    assert (known.status, known.json) == (401, UNAUTHORIZED)
    assert unknown == known
    assert world.calls == calls_for_known


def test_refresh(world: World) -> None:
    sign_up(world)
    first = session(world)
    second = refresh(world, first["refresh_token"])
    assert second.status == 200
    assert second.json.keys() == first.keys()
    assert me(world, second.json["access_token"]).status == 200
    assert refresh(world, first["refresh_token"]).status == 401
    assert refresh(world, second.json["refresh_token"]).status == 401, "reuse ends the family"
    assert me(world, second.json["access_token"]).status == 401


def test_refresh_without_a_good_token(world: World) -> None:
    assert problems(world.request("POST", "/api/auth/refresh", json={})).keys() == {"refresh_token"}
    assert refresh(world, "").status == 401
    assert refresh(world, "unknown").status == 401


def test_logout(world: World) -> None:
    sign_up(world)
    tokens = session(world)
    answer = world.request("POST", "/api/auth/logout", json={"refresh_token": tokens["refresh_token"]})
    assert (answer.status, answer.body) == (204, b"")
    assert refresh(world, tokens["refresh_token"]).status == 401
    assert me(world, tokens["access_token"]).status == 401


def test_register(world: World) -> None:
    answer = world.request("POST", "/register", json={"name": USERNAME, "email": EMAIL, "password": PASSWORD})
    assert answer.status == 201
    assert answer.json.keys() == {"user_uuid", "access_token", "token_type"}
    assert answer.json["token_type"] == "bearer"
    assert me(world, answer.json["access_token"]).json == {
        "uuid": answer.json["user_uuid"],
        "name": USERNAME,
        "email": EMAIL,
    }


@pytest.mark.parametrize("missing", ["name", "email", "password"])
def test_register_refuses(world: World, missing: str) -> None:
    body = {"name": USERNAME, "email": EMAIL, "password": PASSWORD}
    del body[missing]
    answer = world.request("POST", "/register", json=body)
    assert answer.status == 400
    assert answer.json.keys() == {"message"}
    assert missing in answer.json["message"]


def test_register_refuses_what_is_taken(world: World) -> None:
    sign_up(world)
    body = {"name": USERNAME, "email": "other@example.com", "password": PASSWORD}
    answer = world.request("POST", "/register", json=body)
    assert (answer.status, answer.json) == (400, {"message": "name: This value is already used."})


@pytest.mark.parametrize("name", [{"name": USERNAME}, {"name": EMAIL}, {"email": EMAIL}])
def test_login_by_name(world: World, name: dict[str, str]) -> None:
    sign_up(world)
    answer = world.request("POST", "/login", json={**name, "password": PASSWORD})
    assert answer.status == 200
    assert answer.json.keys() == {"access_token", "token_type"}
    assert me(world, answer.json["access_token"]).status == 200


def test_login_by_name_with_a_wrong_pair(world: World) -> None:
    answer = world.request("POST", "/login", json={"name": USERNAME, "password": PASSWORD})
    assert (answer.status, answer.json) == (401, {"message": "Wrong name or password"})


def test_users(world: World) -> None:
    ada, bob = sign_up(world), sign_up(world, "bob@example.com", "bob")
    token = session(world)["access_token"]
    own = {"uuid": ada, "name": USERNAME, "email": EMAIL}
    assert world.request("GET", "/users/me", token=token).json == own
    assert world.request("GET", f"/users/{ada}", token=token).json == own
    assert world.request("GET", f"/users/{bob.upper()}", token=token).json == {
        "uuid": bob,
        "name": "bob",
        "email": None,
    }
    found = world.request("GET", "/users", token=token, query={"email": "bob@example.com"})
    assert (found.status, found.json) == (200, {"uuid": bob, "name": "bob", "email": "bob@example.com"})


def test_users_that_are_not_there(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    missing = {"message": "User not found"}
    for path in ("/users/8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11", "/users/efac", "/users/{8d1c2a54}"):
        answer = world.request("GET", path, token=token)
        assert (answer.status, answer.json) == (404, missing)
    unknown = world.request("GET", "/users", token=token, query={"email": "nobody@example.com"})
    assert (unknown.status, unknown.json) == (404, missing)
    called = world.calls
    for email in ("x" * 255, "\ufdfa" * 100_000, "a@" + "\u0301\u0316" * 100_000):
        too_long = world.request("GET", "/users", token=token, query={"email": email})
        assert (too_long.status, too_long.json, world.calls) == (404, missing, called)
    assert world.request("GET", "/users", token=token).status == 400


def test_api_keys(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    expires = (NOON + timedelta(days=1)).isoformat()
    first = new_key(world, token, name="  camera ", expiresAt=expires)
    assert first.keys() == {"key", "keyId", "name"}
    assert re.fullmatch("sk_[0-9a-f]{64}", first["key"])
    assert first["name"] == "camera"
    world.advance(seconds=1)
    second = new_key(world, token, name="phone")
    assert world.authorize("api_key", f"Bearer {second['key']}")
    listed = world.request("GET", "/api/user/api-keys", token=token)
    assert listed.status == 200
    assert listed.json == {
        "data": [
            {
                "id": first["keyId"],
                "name": "camera",
                "createdAt": "2025-07-11T12:00:00.000000+00:00",
                "expiresAt": "2025-07-12T12:00:00.000000+00:00",
                "lastUsedAt": None,
                "isExpired": False,
            },
            {
                "id": second["keyId"],
                "name": "phone",
                "createdAt": "2025-07-11T12:00:01.000000+00:00",
                "expiresAt": None,
                "lastUsedAt": "2025-07-11T12:00:01.000000+00:00",
                "isExpired": False,
            },
        ]
    }


def test_api_key_in_the_past(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    body = {"name": "camera", "expiresAt": "2025-07-11T14:00:00+02:00"}
    answer = world.request("POST", "/api/user/api-keys", token=token, json=body)
    assert problems(answer) == {"expiresAt": "This value must be in the future."}


def test_api_key_deleted(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    key = new_key(world, token)
    path = f"/api/user/api-keys/{key['keyId']}"
    gone = world.request("DELETE", path, token=token)
    assert (gone.status, gone.body) == (204, b"")
    assert world.request("DELETE", path, token=token).status == 404
    assert world.request("DELETE", "/api/user/api-keys/efac", token=token).status == 404
    assert world.authorize("api_key", f"Bearer {key['key']}") is None


def test_jwks(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    answer = world.request("GET", "/.well-known/jwks.json")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(answer.json).keys}
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
    claims = jwt.decode(
        token, keys[header["kid"]], audience="constellation", options={"verify_exp": False, "verify_iat": False}
    )
    assert claims.keys() >= {"iss", "aud", "exp", "iat", "sub", "jti", "client_id"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"a": NaN}', b"[" * 100_000])
@pytest.mark.parametrize("path", ["/api/auth/signup", "/api/auth/login", "/api/auth/refresh", "/api/auth/logout"])
def test_unreadable_json(world: World, path: str, body: bytes) -> None:
    answer = world.request("POST", path, body=body)
    assert answer.status == 400
    assert answer.json["error"]["title"] == "Bad Request"


@pytest.mark.parametrize("path", ["/register", "/login"])
def test_unreadable_json_by_name(world: World, path: str) -> None:
    answer = world.request("POST", path, body=b"{")
    assert (answer.status, answer.json) == (400, {"message": "The body must be valid JSON"})
