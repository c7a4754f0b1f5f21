"""API keys: their names and times, their bound, and their end."""

import pytest

from constellation.accounts.model import KEYS_PER_USER
from constellation.aws.resources import ACCOUNTS
from tests.support.accounts import new_key, problems, session, sign_up
from tests.support.faults import Killed, after_call, answer_lost, killed
from tests.support.sharing import SMALL
from tests.support.world import Answer, File, World


@pytest.fixture
def token(world: World) -> str:
    sign_up(world)
    return session(world)["access_token"]


def attempt(world: World, token: str, **fields: object) -> Answer:
    return world.request("POST", "/api/user/api-keys", token=token, json={"name": "camera", **fields})


def delete(world: World, token: str, key_id: str) -> int:
    return world.request("DELETE", f"/api/user/api-keys/{key_id}", token=token).status


def listed(world: World, token: str) -> list[dict[str, object]]:
    return world.request("GET", "/api/user/api-keys", token=token).json["data"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "a\nb", "a\u202eb", None, 7])
def test_what_is_no_name(world: World, token: str, name: object) -> None:
    assert problems(attempt(world, token, name=name)).keys() == {"name"}


@pytest.mark.parametrize(
    "time",
    [
        "",
        "tomorrow",
        "2030-01-01",
        "2030-01-01T00:00:00",
        "2030-01-01 00:00:00Z",
        "20300101T000000Z",
        "2030-13-01T00:00:00Z",
        "2030-01-01T00:00:00+25:00",
        "２030-01-01T00:00:00Z",
        "2030-01-01T00:00:00Z\n",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        1893456000,
        True,
        "2025-07-11T12:00:00Z",
        "1970-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time_to_come(world: World, token: str, time: object) -> None:
    assert problems(attempt(world, token, expiresAt=time)).keys() == {"expiresAt"}
    assert listed(world, token) == []


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000000+00:00"),
        ("2030-01-01T00:00:00.5+02:00", "2029-12-31T22:00:00.500000+00:00"),
        ("2030-01-01T00:00-05:00", "2030-01-01T05:00:00.000000+00:00"),
        (None, None),
    ],
)
def test_times_to_come(world: World, token: str, time: str | None, read: str | None) -> None:
    assert attempt(world, token, expiresAt=time).status == 201
    assert listed(world, token)[0]["expiresAt"] == read


def test_a_key_expires(world: World, token: str) -> None:
    key = new_key(world, token, expiresAt="2025-07-11T12:30:00Z")
    header = f"Bearer {key['key']}"
    world.advance(minutes=30, microseconds=-1)
    caller = world.authorize("api_key", header)
    assert caller
    assert caller.key_id == key["keyId"]
    world.advance(microseconds=1)
    assert world.authorize("api_key", header) is None
    (entry,) = listed(world, token)
    assert entry["isExpired"] is True
    assert entry["lastUsedAt"] == "2025-07-11T12:29:59.999999+00:00"


def test_a_key_expires_even_if_the_gateway_keeps_the_answer(world: World, token: str) -> None:
    key, world.approved = new_key(world, token, expiresAt="2025-07-11T12:00:10Z")["key"], {}
    form = {"image": File("a.gif", SMALL)}
    world.advance(seconds=9)
    assert world.request("POST", "/api/external/upload", token=key, form=form).status == 201
    world.advance(seconds=1)
    late = world.request("POST", "/api/external/upload", token=key, form=form)
    assert (late.status, late.json["message"]) == (401, "No authorization token has been supplied")


def test_a_key_revoked_while_it_is_looked_up(world: World, token: str) -> None:
    key = new_key(world, token)
    with after_call(1, lambda: delete(World(world.now), token, key["keyId"])):
        assert world.authorize("api_key", f"Bearer {key['key']}") is None
    assert listed(world, token) == [], "the use has not brought it back"


def test_keys_of_another(world: World, token: str) -> None:
    key = new_key(world, token)
    sign_up(world, "bob@example.com", "bob")
    bob = session(world, "bob")["access_token"]
    assert listed(world, bob) == []
    assert delete(world, bob, key["keyId"]) == 404
    assert [entry["id"] for entry in listed(world, token)] == [key["keyId"]]


def test_the_key_is_nowhere_in_the_table_or_the_list(world: World, token: str) -> None:
    secret = new_key(world, token)["key"]
    assert secret not in str(world.items(ACCOUNTS))
    assert secret.removeprefix("sk_") not in str(world.items(ACCOUNTS)) + str(listed(world, token))


def test_keys_are_bounded_and_a_deletion_makes_room(world: World, token: str) -> None:
    keys = [new_key(world, token)["keyId"] for _ in range(KEYS_PER_USER)]
    assert problems(attempt(world, token)) == {"name": "There are 100 API keys already. Delete one first."}
    assert len(listed(world, token)) == KEYS_PER_USER
    assert delete(world, token, keys[0]) == 204
    assert delete(world, token, keys[0]) == 404
    assert attempt(world, token).status == 201
    assert attempt(world, token).status == 422


def test_two_deletions_at_once(world: World, token: str) -> None:
    key = new_key(world, token)["keyId"]
    with after_call(2, lambda: delete(World(world.now), token, key)):
        assert delete(world, token, key) == 404


def test_lost_acknowledgements(world: World, token: str) -> None:
    with answer_lost("TransactWriteItems"):
        key = new_key(world, token)["keyId"]
    assert len(listed(world, token)) == 1
    with answer_lost("TransactWriteItems"):
        assert delete(world, token, key) == 204


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_its_write_there_is_a_whole_key_or_none(world: World, token: str, after: bool) -> None:
    before = len(world.items(ACCOUNTS))
    # The session is read by the authorizer first.
    with pytest.raises(Killed), killed(1, after=after):
        attempt(world, token)
    assert len(world.items(ACCOUNTS)) == before + (2 if after else 0)


@pytest.mark.parametrize("key_id", ["efac", "%2e%2e", "{8d1c2a54}", "urn:uuid:8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11"])
def test_what_is_no_key_id(world: World, token: str, key_id: str) -> None:
    assert delete(world, token, key_id) == 404
