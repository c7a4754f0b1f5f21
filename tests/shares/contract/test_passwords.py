"""Passwords of shares through the routes: how many are tried, and that nobody locks out the owner (issue's figures)."""

from collections import Counter
from typing import Any

import pytest

from tests.shares.contract.test_shares import shared
from tests.support.sharing import Client
from tests.support.world import Answer, World, event

RIGHT = "open sesame"


@pytest.fixture
def share(anna: Client) -> Any:
    return shared(anna, "image", anna.image(), password=RIGHT)


def tried(world: World, share: Any, password: str, address: str = "192.0.2.1") -> Answer:
    asked = event("POST", "/", json={"password": password}, path_parameters={"code": share["code"]}, address=address)
    return world.call("unlock_share", asked)


def test_the_eleventh_wrong_one(world: World, share: Any) -> None:
    assert tried(world, share, RIGHT).status == 200
    answers = [tried(world, share, "wrong") for _ in range(11)]
    assert [answer.status for answer in answers] == [401] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "900"
    assert tried(world, share, RIGHT).status == 429
    world.advance(seconds=899)
    assert tried(world, share, RIGHT).status == 429
    world.advance(seconds=1)
    assert tried(world, share, RIGHT).status == 200


def test_many_addresses(world: World, share: Any) -> None:
    """Ten are tried in a quarter of an hour, from whatever addresses they come."""
    for _ in range(2):
        seen = Counter(tried(world, share, "wrong", f"198.51.100.{number}").status for number in range(60))
        assert seen == {401: 10, 429: 50}
        world.advance(seconds=900)


def test_the_owner_is_not_locked_out(world: World, anna: Client, share: Any) -> None:
    for number in range(11):
        tried(world, share, "wrong", f"198.51.100.{number}")
    assert tried(world, share, RIGHT, "203.0.113.7").status == 429
    path = f"/api/shares/{share['id']}"
    assert anna.ask("GET", path).status == 200
    assert anna.ask("PATCH", path, json={"password": RIGHT}).status == 204
    assert tried(world, share, RIGHT, "203.0.113.7").status == 200
    assert anna.ask("GET", path).json["views"] == 1


def test_a_token_outlives_the_attempts_of_others(world: World, share: Any) -> None:
    token = tried(world, share, RIGHT).json["token"]
    for _ in range(11):
        tried(world, share, "wrong", "198.51.100.1")
    headers = {"Authorization": f"Share {token}"}
    assert world.request("GET", f"/api/s/{share['code']}/items", headers=headers).status == 200


@pytest.mark.parametrize(
    "password", ["", "OPEN SESAME", f"{RIGHT} ", f"{RIGHT}\x00", "\N{GRINNING FACE}", "abc", "x" * 129]
)
def test_wrong_ones(world: World, share: Any, password: str) -> None:
    assert tried(world, share, password).status == 401


def test_a_very_long_one(world: World, share: Any) -> None:
    assert tried(world, share, "x" * 4_000_000).status == 401
    assert tried(world, share, "x" * 5_000_000).status == 413
    assert tried(world, share, RIGHT).status == 200


def test_a_password_is_compared_as_it_looks(world: World, anna: Client) -> None:
    """Whatever keyboard has composed it."""
    share = shared(anna, "image", anna.image(), password="cafe\u0301")
    assert tried(world, share, "caf\u00e9").status == 200


def test_the_limit_of_views_goes_up_and_down(world: World, anna: Client) -> None:
    share = shared(anna, "image", anna.image(), maxViews=3)
    path, code = f"/api/shares/{share['id']}", f"/api/s/{share['code']}"

    def seen(number: int) -> int:
        return [world.request("GET", code).status for _ in range(number)].count(200)

    assert seen(2) == 2
    for most, more in ((2, 0), (1, 0), (5, 3), (6, 1), (1_000_000, 4), (8, 0), (None, 5), (16, 1)):
        assert anna.ask("PATCH", path, json={"maxViews": most}).status == 204
        assert seen(more + 2 if most not in (None, 1_000_000) else more) == more
    assert anna.ask("GET", path).json["views"] == 16
    assert anna.ask("GET", "/api/shares").json["data"][0]["views"] == 16
