"""Guessing passwords: the limits of failures per account and per network, and what may not be told apart."""

import hashlib
from collections.abc import Iterable

import pytest

from constellation.aws.resources import ACCOUNTS
from tests.support.accounts import EMAIL, PASSWORD, USERNAME, log_in, problems, sign_up
from tests.support.faults import after_call, answer_lost
from tests.support.world import Answer, World, configure

WRONG = "not the password"

NEAR, NEXT_DOOR, FAR = "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"
"""Two addresses of one network, and one of another."""


def fail(world: World, times: int, username: str = USERNAME) -> list[int]:
    return [log_in(world, username, WRONG).status for _ in range(times)]


def test_ten_failures_then_the_right_password_is_refused_too(world: World) -> None:
    sign_up(world)
    assert fail(world, 10) == [401] * 10
    world.advance(minutes=5)
    refused = log_in(world, password=PASSWORD)
    assert refused.status == 429
    assert refused.headers["retry-after"] == "600"
    assert refused.json["error"]["title"] == "Too Many Requests"
    assert [call.action for call in world.calls] == ["dynamodb:GetItem"] * 3, "refused before the password is looked at"
    assert fail(world, 1) == [429]


def test_the_window_begins_with_the_first_failure_and_ends(world: World) -> None:
    sign_up(world)
    assert fail(world, 1) == [401]
    world.advance(minutes=14)
    assert fail(world, 9) == [401] * 9
    world.advance(seconds=59)
    assert log_in(world).headers["retry-after"] == "1"
    world.advance(seconds=1)
    assert log_in(world).status == 200
    assert fail(world, 11) == [401] * 10 + [429], "a new window counts from one"


def test_accounts_that_do_not_exist_are_limited_alike(world: World) -> None:
    sign_up(world)
    calls: dict[str, list[list[str]]] = {}
    for name in (USERNAME, "nobody", "nobody@example.com"):
        calls[name] = []
        for _ in range(11):
            log_in(world, name, WRONG)
            calls[name].append([call.action for call in world.calls])
        assert log_in(world, name).status == 429
    assert calls[USERNAME] == calls["nobody"] == calls["nobody@example.com"]


@pytest.mark.parametrize("filler", ["\u0301\u0316", "\ufdfa", "x", "x@"])
def test_a_name_too_long_for_anybody_is_an_unknown_one(world: World, filler: str) -> None:
    name = filler * 20_000
    calls: dict[str, list[list[str]]] = {"nobody": [], name: []}
    for typed, made in calls.items():
        for _ in range(11):
            assert log_in(world, typed).status == (401 if len(made) < 10 else 429)
            made.append([call.action for call in world.calls])
    assert calls[name] == calls["nobody"]
    for request in ({"name": name}, {"email": name}):
        assert world.request("POST", "/login", json={**request, "password": PASSWORD}).status == 429
    assert log_in(world, name + "x").status == 401, "each has a count of its own"


def test_the_count_of_a_name_too_long_is_nobodys(world: World) -> None:
    """It is of a kind of its own, whatever the text: the name of no account comes to the same."""
    sign_up(world, "x" * 60 + "@" + "y" * 189 + ".com", "x" * 64)
    fail(world, 10, "x" * 255)
    [item] = [item["pk"]["S"] for item in world.items(ACCOUNTS) if item["sk"]["S"] == "LOGIN"]
    assert item == f"LOGIN#OVERLONG#{hashlib.sha256(b'x' * 255).hexdigest()}"
    assert log_in(world, "x" * 64).status == 200


@pytest.mark.parametrize("other", [EMAIL, EMAIL.upper(), "ADA", " ada ", "ａｄａ"])
def test_all_names_of_an_account_share_the_count(world: World, other: str) -> None:
    sign_up(world)
    assert fail(world, 10, other) == [401] * 10
    assert log_in(world).status == 429
    answer = world.request("POST", "/login", json={"name": EMAIL, "password": PASSWORD})
    assert answer.status == 429
    assert answer.json == {"message": "Too many failed logins"}


def test_another_account_is_not_touched(world: World) -> None:
    sign_up(world)
    sign_up(world, "bob@example.com", "bob")
    fail(world, 10)
    assert log_in(world, "bob").status == 200


def test_successes_neither_count_nor_write_to_the_count(world: World) -> None:
    sign_up(world)
    assert [log_in(world).status for _ in range(11)] == [200] * 11
    assert not [item for item in world.items(ACCOUNTS) if item["sk"]["S"] == "LOGIN"]


def test_a_success_in_a_burst_of_failures_is_refused(world: World) -> None:
    sign_up(world)
    # All of a burst look at the count before any of them has failed.
    with after_call(3, lambda: fail(World(world.now), 10)):
        assert log_in(world).status == 429


def test_failures_at_the_same_time_are_all_counted(world: World) -> None:
    sign_up(world)
    fail(world, 1)
    with after_call(3, lambda: fail(World(world.now), 8)):
        assert fail(world, 1) == [401]
    assert log_in(world).status == 429


def test_a_failure_whose_acknowledgement_is_lost_counts_once(world: World) -> None:
    sign_up(world)
    with answer_lost("PutItem"):
        assert fail(world, 1) == [401]
    assert fail(world, 10) == [401] * 9 + [429]
    fresh = "nobody"
    fail(world, 1, fresh)
    with answer_lost("PutItem"):
        assert fail(world, 1, fresh) == [401]
    assert fail(world, 9, fresh) == [401] * 8 + [429]


def guesses(world: World, names: Iterable[str], address: str = NEAR, path: str = "/api/auth/login") -> list[int]:
    """The statuses of wrong logins under these names from one address."""
    bodies = [{"username": name, "name": name, "password": WRONG} for name in names]
    return [world.request("POST", path, json=body, address=address).status for body in bodies]


def enter(world: World, address: str, path: str = "/api/auth/login") -> Answer:
    """The answer to a login with the right password."""
    body = {"username": USERNAME, "name": USERNAME, "password": PASSWORD}
    return world.request("POST", path, json=body, address=address)


@pytest.mark.parametrize("path", ["/api/auth/login", "/login"])
def test_failures_of_one_network_are_limited_whatever_the_names(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    configure(monkeypatch, failed_logins_per_address=5)
    sign_up(world)
    assert guesses(world, [USERNAME, "n1", "n2@example.com", "n3", "n4"], path=path) == [401] * 5
    world.advance(minutes=5)
    assert guesses(world, [USERNAME, "n5"], NEXT_DOOR, path) == [429] * 2
    refused = enter(world, NEAR, path)
    assert (refused.status, refused.headers["retry-after"]) == (429, "600")
    assert [call.action for call in world.calls] == ["dynamodb:GetItem"], "refused before an account is looked at"
    assert enter(world, FAR, path).status == 200, "the account itself has failed but once"
    assert guesses(world, ["n6"], FAR, path) == [401]
    world.advance(minutes=10)
    assert enter(world, NEAR, path).status == 200
    assert NEAR not in str(world.items(ACCOUNTS))


def test_the_routes_and_their_surfaces_share_the_failures_of_a_network(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, failed_logins_per_address=4)
    assert guesses(world, ["a", "b"]) + guesses(world, ["c", "d"], path="/login") == [401] * 4
    assert guesses(world, ["e"]) + guesses(world, ["f"], path="/login") == [429] * 2
    assert enter(world, NEAR, "/login").json == {"message": "Too many failed logins"}


def test_successes_of_a_network_do_not_count(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, failed_logins_per_address=2)
    sign_up(world)
    assert [enter(world, NEAR).status for _ in range(5)] == [200] * 5
    assert guesses(world, ["a", "b", "c"]) == [401, 401, 429]


def test_a_network_past_its_limit_locks_nobody_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, failed_logins_per_address=5)
    sign_up(world)
    assert guesses(world, [USERNAME] * 20) == [401] * 5 + [429] * 15
    assert enter(world, FAR).status == 200


def test_an_account_past_its_limit_stays_so_from_every_network(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, failed_logins_per_address=50)
    sign_up(world)
    assert guesses(world, [USERNAME] * 5) + guesses(world, [USERNAME] * 5, FAR) == [401] * 10
    assert enter(world, "198.51.100.7").status == 429


def test_work_is_the_same_for_accounts_that_do_not_exist(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, failed_logins_per_address=3)
    sign_up(world)
    calls: list[list[list[str]]] = []
    for name, address in ((USERNAME, NEAR), ("nobody", FAR)):
        calls.append([])
        for _ in range(4):
            guesses(world, [name], address)
            calls[-1].append([call.action for call in world.calls])
    assert calls[0] == calls[1]
    assert [len(each) for each in calls[0]] == [6, 6, 6, 1]


def test_where_the_limit_is_off_a_network_costs_no_call(world: World) -> None:
    sign_up(world)
    assert enter(world, NEAR).status == 200
    assert len([call for call in world.calls if call.action == "dynamodb:GetItem"]) == 4
    assert guesses(world, [f"n{number}" for number in range(40)]) == [401] * 40
    assert [call.action for call in world.calls] == ["dynamodb:GetItem"] * 3 + ["dynamodb:PutItem"]


def test_guesses_of_a_network_at_the_same_time_are_all_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a burst look at the count before any of them has failed."""
    configure(monkeypatch, failed_logins_per_address=5)
    guesses(world, ["a"])
    with after_call(1, lambda: guesses(World(world.now), ["b", "c", "d"])):
        assert guesses(world, ["e"]) == [401]
    assert guesses(world, ["f"]) == [429]


def test_guesses_at_the_same_time_do_not_pass_the_limit_of_a_network(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, failed_logins_per_address=5)
    with after_call(1, lambda: guesses(World(world.now), "abcde")):
        assert guesses(world, ["f"]) == [429]
    (count,) = [item for item in world.items(ACCOUNTS) if item["failures"]["N"] == "5"]
    assert int(count["ttl"]["N"]) == int(world.now.timestamp()) + 900


def test_a_success_in_a_burst_of_failures_of_its_network_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, failed_logins_per_address=5)
    sign_up(world)
    with after_call(4, lambda: guesses(World(world.now), "abcde", NEXT_DOOR)):
        assert enter(world, NEAR).status == 429


def test_a_failure_of_a_network_whose_acknowledgement_is_lost_counts_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, failed_logins_per_address=3)
    for names in ("a", "b"):
        with answer_lost("PutItem"):
            assert guesses(world, names) == [401]
    assert guesses(world, "cd") == [401, 429]


@pytest.mark.parametrize("password", ["", "x", PASSWORD + " ", PASSWORD.upper(), "x" * 100_000, PASSWORD + "\0"])
def test_any_wrong_password_is_a_401(world: World, password: str) -> None:
    sign_up(world)
    assert log_in(world, password=password).status == 401


def test_a_password_of_the_greatest_length_is_compared_whole(world: World) -> None:
    sign_up(world, password="x" * 1024)
    assert log_in(world, password="x" * 1023).status == 401
    assert log_in(world, password="x" * 1025).status == 401
    assert log_in(world, password="x" * 1024).status == 200


def test_a_password_is_the_same_however_it_was_composed(world: World) -> None:
    sign_up(world, password="Pa\u0308sswörter")
    assert log_in(world, password="P\u00e4sswo\u0308rter").status == 200


@pytest.mark.parametrize("username", ["", " ", "x" * 100_000, "a@b@c", "\0", "‮", "USER#1"])
def test_any_unknown_name_is_a_401(world: World, username: str) -> None:
    assert log_in(world, username).status == 401


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        ({}, {"username", "password"}),
        ({"username": USERNAME}, {"password"}),
        ({"password": PASSWORD}, {"username"}),
        ({"username": 1, "email": [], "password": {}}, {"username", "email", "password"}),
        ({"username": None, "email": None, "password": PASSWORD}, {"username"}),
        ({"email": 1, "password": PASSWORD}, {"email"}),
    ],
)
def test_login_without_what_it_needs(world: World, body: dict[str, object], properties: set[str]) -> None:
    assert problems(world.request("POST", "/api/auth/login", json=body)).keys() == properties
