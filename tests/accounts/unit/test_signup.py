"""Signing up with every odd input, at the same time as others, and past the quota."""

from typing import Any

import pytest

from constellation.accounts import passwords
from constellation.aws.resources import ACCOUNTS
from tests.support.accounts import EMAIL, PASSWORD, log_in, me, problems, session, sign_up
from tests.support.faults import Killed, answer_lost, killed
from tests.support.world import Answer, World, configure

PRODUCTS_HASHER = passwords.hasher


def attempt(world: World, **fields: object) -> Answer:
    return world.request("POST", "/api/auth/signup", json={"email": EMAIL, "password": PASSWORD, **fields})


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "@example.com",
        "a@",
        "a@example",
        "a@@example.com",
        "a@b@example.com",
        "a@.com",
        "a@example..com",
        "a b@example.com",
        " a@example.com",
        "a@example.com\n",
        "a@exam\0ple.com",
        "a\u202e@example.com",
        "a＠b@example.com",
        "x" * 65 + "@example.com",
        "a@" + "x" * 250 + ".com",
        None,
        7,
        ["a@example.com"],
    ],
)
def test_what_is_no_email(world: World, email: object) -> None:
    assert problems(attempt(world, email=email)).keys() == {"email"}
    assert world.items(ACCOUNTS) == []


@pytest.mark.parametrize("username", ["", " ", "x" * 65, "a@b", "a＠b", "a\nb", "a\0", "a\u202eb", "\u200b", 7, True])
def test_what_is_no_username(world: World, username: object) -> None:
    assert problems(attempt(world, username=username)).keys() == {"username"}


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025, None, 12345678])
def test_what_is_no_password(world: World, password: object) -> None:
    assert problems(attempt(world, password=password)).keys() == {"password"}


@pytest.mark.parametrize("name", ["", "x" * 256, "a\u0007b", "a\u2028b", 7])
def test_what_is_no_display_name(world: World, name: object) -> None:
    assert problems(attempt(world, displayName=name)).keys() == {"displayName"}


@pytest.mark.parametrize("confirm", ["", "other", PASSWORD.upper(), 7])
def test_confirm_differs(world: World, confirm: object) -> None:
    assert problems(attempt(world, confirm=confirm)).keys() == {"confirm"}


@pytest.mark.parametrize("username", ["ß" * 64, "ﷺ" * 64, "x", "王小明", "👩‍🚀", "o'hara; --"])
def test_unusual_usernames(world: World, username: str) -> None:
    sign_up(world, username=username)
    assert me(world, session(world, username)["access_token"]).json["name"] == username


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "ＡDA@EXAMPLE.com"},
        {"email": "x@y.zz", "username": "ADA"},
        {"email": "x@y.zz", "username": "ａda "},
        {"email": "x@y.zz", "username": "a\u200bda"},
    ],
)
def test_the_same_in_another_spelling_is_taken(world: World, fields: dict[str, str]) -> None:
    sign_up(world)
    before = world.items(ACCOUNTS)
    taken = problems(attempt(world, **fields))
    assert taken == {"username" if "username" in fields else "email": "This value is already used."}
    assert world.items(ACCOUNTS) == before


def test_fields_that_a_client_may_not_set(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", PRODUCTS_HASHER)
    forged: dict[str, Any] = {
        "id": "1",
        "pk": "x",
        "passwordHash": "x",
        "keyCount": -1000,
        "createdAt": "1970-01-01T00:00:00+00:00",
    }
    user = sign_up(world, **forged)
    (profile,) = [item for item in world.items(ACCOUNTS) if item["sk"]["S"] == "PROFILE"]
    assert profile["id"]["S"] == user
    assert profile["pk"]["S"] == f"USER#{user}"
    assert profile["passwordHash"]["S"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert profile["createdAt"]["S"] == "2025-07-11T12:00:00.000000+00:00"
    assert "keyCount" not in profile


def test_a_lost_acknowledgement_is_no_refusal(world: World) -> None:
    with answer_lost("TransactWriteItems"):
        sign_up(world)
    assert log_in(world).status == 200


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_its_write_there_is_a_whole_user_or_none(world: World, after: bool) -> None:
    with pytest.raises(Killed), killed(0, after=after):
        sign_up(world)
    assert len(world.items(ACCOUNTS)) == (3 if after else 0)
    assert (log_in(world).status == 200) is after


def test_signups_per_address_and_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, signups_per_day=2)

    def statuses(name: str, path: str = "/api/auth/signup", **parts: str) -> int:
        body = {"email": f"{name}@example.com", "name": name, "password": PASSWORD}
        return world.request("POST", path, json=body, **parts).status

    assert [statuses(name) for name in ("a", "b")] == [201, 201]
    assert statuses("c", "/register") == 429
    refused = attempt(world)
    assert refused.status == 429
    assert refused.headers["retry-after"] == str(12 * 3600)
    assert statuses("c", address="198.51.100.7") == 201
    assert "192.0.2.1" not in str(world.items(ACCOUNTS))
    world.advance(hours=12)
    assert statuses("d") == 201


def test_the_addresses_of_one_network_share_their_signups(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, signups_per_day=1)
    addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.1"]
    for path in ("/api/auth/signup", "/register"):
        bodies = [{"email": f"{n}{path[1]}@example.com", "password": PASSWORD} for n in range(len(addresses))]
        answers = [
            world.request("POST", path, json={**body, "name": body["email"][:2]}, address=address)
            for body, address in zip(bodies, addresses, strict=True)
        ]
        assert [answer.status for answer in answers] == [201, 429, 201, 201, 429]
        world.advance(days=1)


def test_a_signup_whose_count_is_acknowledged_late_counts_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, signups_per_day=2)
    for name in ("a", "b"):
        with answer_lost("UpdateItem"):
            assert attempt(world, email=f"{name}@example.com").status == 201
    assert attempt(world, email="c@example.com").status == 429
