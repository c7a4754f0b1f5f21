"""Refreshing: one winner, and an end to the family of whoever reuses a token (threats: refresh reuse)."""

import pytest

from constellation.aws.resources import ACCOUNTS
from tests.support.accounts import log_out, me, problems, refresh, session, sign_up
from tests.support.faults import Killed, after_call, answer_lost, killed
from tests.support.world import World


def test_a_loser_of_a_parallel_refresh_does_not_harm_the_winner(world: World) -> None:
    sign_up(world)
    token = session(world)["refresh_token"]
    won: list[str] = []
    # Both have read the token as the good one; the other writes first.
    with after_call(2, lambda: won.append(refresh(World(world.now), token).json["refresh_token"])):
        assert refresh(world, token).status == 401
    fresh = refresh(world, won[0])
    assert fresh.status == 200
    assert refresh(world, token).status == 401, "a later reuse ends the family"
    assert refresh(world, fresh.json["refresh_token"]).status == 401


def test_reuse_ends_this_family_only(world: World) -> None:
    sign_up(world)
    stolen, other = session(world), session(world)
    refresh(world, stolen["refresh_token"])
    refresh(world, stolen["refresh_token"])
    assert me(world, stolen["access_token"]).status == 401
    assert refresh(world, other["refresh_token"]).status == 200


def test_a_refresh_between_the_reading_and_the_writing_of_a_logout(world: World) -> None:
    sign_up(world)
    token = session(world)["refresh_token"]
    with after_call(2, lambda: log_out(World(world.now), token)):
        assert refresh(world, token).status == 401
    assert not [item for item in world.items(ACCOUNTS) if item["sk"]["S"] == "SESSION"]


def test_logging_out_with_a_spent_token_ends_the_family(world: World) -> None:
    sign_up(world)
    spent = session(world)["refresh_token"]
    fresh = refresh(world, spent).json
    assert log_out(world, spent).status == 204
    assert me(world, fresh["access_token"]).status == 401


@pytest.mark.parametrize("token", ["", "unknown", "x" * 100_000, "\0", "é"])
def test_an_unknown_token(world: World, token: str) -> None:
    assert refresh(world, token).status == 401
    assert log_out(world, token).status == 204


@pytest.mark.parametrize("path", ["/api/auth/refresh", "/api/auth/logout"])
@pytest.mark.parametrize("body", [{}, {"refresh_token": None}, {"refresh_token": 7}, {"refresh_token": ["x"]}])
def test_no_token(world: World, path: str, body: dict[str, object]) -> None:
    assert problems(world.request("POST", path, json=body)).keys() == {"refresh_token"}


def test_a_session_lasts_thirty_days_after_its_last_refresh(world: World) -> None:
    sign_up(world)
    token = session(world)["refresh_token"]
    world.advance(days=29)
    token = refresh(world, token).json["refresh_token"]
    world.advance(days=30, seconds=-1)
    fresh = refresh(world, token).json["refresh_token"]
    world.advance(days=30)
    assert refresh(world, fresh).status == 401


def test_a_session_without_refresh_ends_with_its_access_token(world: World) -> None:
    body = {"name": "ada", "email": "ada@example.com", "password": "correct horse battery"}
    world.request("POST", "/register", json=body)
    (ends,) = [int(item["ttl"]["N"]) for item in world.items(ACCOUNTS) if item["sk"]["S"] == "SESSION"]
    assert ends == int(world.now.timestamp()) + 3600


def test_a_lost_acknowledgement_inside_does_not_cost_the_refresh(world: World) -> None:
    sign_up(world)
    token = session(world)["refresh_token"]
    with answer_lost("TransactWriteItems"):
        answer = refresh(world, token)
    assert answer.status == 200
    assert refresh(world, answer.json["refresh_token"]).status == 200


@pytest.mark.parametrize("at", range(3))
def test_a_refresh_that_is_killed_before_its_write_has_spent_nothing(world: World, at: int) -> None:
    sign_up(world)
    token = session(world)["refresh_token"]
    with pytest.raises(Killed), killed(at, after=False):
        refresh(world, token)
    assert refresh(world, token).status == 200
