"""Passwords that are tried at once: at most ten wrong ones are looked at in any 15 minutes."""

import random
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest

from constellation.accounts import passwords
from constellation.common.errors import TooManyRequests, Unauthenticated, Unavailable
from constellation.common.ids import new_id
from constellation.shares import attempts
from constellation.shares.model import FOLDER, Share, Target, new_code
from tests.support.engine import engine
from tests.support.faults import answer_lost
from tests.support.interleaving import interleaved
from tests.support.world import World

ROUNDS = 4
RIGHT = "open sesame"


@pytest.fixture
def looked_at() -> list[str]:
    """The passwords that were compared."""
    return []


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, looked_at: list[str]) -> None:
    """Compare in no time, and wait for others without sleeping: between AWS calls they take turns."""

    def matches(password: str, password_hash: str | None) -> bool:
        looked_at.append(password)
        return password == password_hash

    def wait(_: float) -> None:
        pass

    monkeypatch.setattr(passwords, "matches", matches)
    monkeypatch.setattr("constellation.aws.retry._wait", wait)


def made(world: World) -> Share:
    return Share(new_code(), new_id(), Target(FOLDER, new_id(), new_id()), world.now, password_hash=RIGHT)


def tried(world: World, share: Share, password: str) -> int:
    try:
        attempts.check(share, password, world.now)
    except Unauthenticated:
        return 401
    except TooManyRequests as refusal:
        return 429 if 0 < refusal.retry_after <= 900 else refusal.retry_after
    except Unavailable:
        return 503
    return 200


def test_the_eleventh_wrong_one_is_refused_and_the_right_one_too(world: World, looked_at: list[str]) -> None:
    share = made(world)
    assert [tried(world, share, RIGHT) for _ in range(12)] == [200] * 12
    assert [tried(world, share, "wrong") for _ in range(11)] == [401] * 10 + [429]
    assert tried(world, share, RIGHT) == 429
    assert looked_at.count("wrong") == 10
    assert len(looked_at) == 22


def test_never_more_than_ten_in_any_quarter_of_an_hour(world: World, looked_at: list[str]) -> None:
    """Eleven thousand, one every second: not ten at the end of one quarter and ten at the beginning of the next."""
    share, times = made(world), list[float]()
    with engine():
        for second in range(0, 11_000, 20):
            if tried(world, share, f"guess {second}") == 401:
                times.append(world.now.timestamp())
            world.advance(seconds=20)
    assert len(looked_at) == len(times)
    assert all(later - earlier >= 900 for earlier, later in zip(times, times[10:], strict=False))
    assert len(times) >= 10 * (11_000 // 920)


def test_the_wait_is_until_the_first_no_longer_counts(world: World) -> None:
    share = made(world)
    for _ in range(10):
        tried(world, share, "wrong")
        world.advance(seconds=30)
    with pytest.raises(TooManyRequests) as refused:
        attempts.check(share, RIGHT, world.now)
    world.advance(seconds=refused.value.retry_after - 1)
    assert tried(world, share, RIGHT) == 429
    world.advance(seconds=1)
    assert tried(world, share, RIGHT) == 200


def test_a_new_password_starts_anew(world: World) -> None:
    """So nobody can lock out the owner."""
    share = made(world)
    assert [tried(world, share, "wrong") for _ in range(11)][-1] == 429
    assert tried(world, replace(share, password_version=2), RIGHT) == 200


def test_other_shares_are_not_concerned(world: World) -> None:
    share = made(world)
    assert [tried(world, share, "wrong") for _ in range(11)][-1] == 429
    assert tried(world, made(world), RIGHT) == 200


def test_wrong_ones_at_once(world: World, looked_at: list[str]) -> None:
    with engine():
        for seed in range(ROUNDS):
            looked_at.clear()
            share = made(world)
            guesses = [partial(tried, world, share, f"guess {number}") for number in range(40)]
            assert Counter(interleaved(random.Random(seed), guesses)) == {401: 10, 429: 30}
            assert len(looked_at) == 10
            assert tried(world, share, RIGHT) == 429


def test_right_ones_at_once(world: World) -> None:
    """More than there are slots: each waits for one, and none counts in the end."""
    with engine():
        for seed in range(ROUNDS):
            share = made(world)
            calls = [partial(tried, world, share, RIGHT)] * 14
            assert set(interleaved(random.Random(seed), calls)) == {200}
            assert [tried(world, share, "wrong") for _ in range(11)] == [401] * 10 + [429]


def test_one_right_one_among_many_guesses(world: World, looked_at: list[str]) -> None:
    """It is as likely to be looked at as if they had come one by one: at most ten others are."""
    with engine():
        for seed in range(ROUNDS):
            looked_at.clear()
            share = made(world)
            calls = [partial(tried, world, share, RIGHT if number == 20 else "wrong") for number in range(40)]
            seen = Counter(interleaved(random.Random(seed), calls))
            assert seen[401] == 10
            assert seen[200] == looked_at.count(RIGHT)
            assert looked_at.count("wrong") == 10


def test_functions_that_die(world: World, looked_at: list[str]) -> None:
    """An attempt that began counts: as being checked for a moment, then as a wrong one."""
    with engine():
        for seed in range(ROUNDS):
            looked_at.clear()
            share = made(world)
            calls = [partial(tried, world, share, "wrong")] * 20
            interleaved(random.Random(seed), calls, [1, 2, 2, 2, 3])
            assert len(looked_at) <= 10
            world.advance(seconds=11)
            while tried(world, share, "wrong") == 401:
                pass
            assert len(looked_at) <= 10
            world.advance(seconds=901)
            assert tried(world, share, RIGHT) == 200


@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_answer_counts_nothing_twice(world: World, lost: int) -> None:
    share = made(world)
    if lost:
        tried(world, share, "wrong")
    with answer_lost("UpdateItem"):
        assert tried(world, share, "wrong") == 401
    assert [tried(world, share, "wrong") for _ in range(10 - lost)] == [401] * (9 - lost) + [429]
