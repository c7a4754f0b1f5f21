"""The figures of shares: views that come at once, and wrong passwords that come from many addresses."""

import contextlib
import random
import time
from collections import Counter
from functools import partial

import pytest

from constellation.common.errors import TooManyRequests, Unauthenticated
from constellation.shares import attempts, views
from tests.shares.races.test_views import made
from tests.support.engine import engine
from tests.support.interleaving import interleaved
from tests.support.world import new_world

ROUNDS, VIEWERS, MOST = 100, 300, 100
GUESSES = 11_000


def main() -> None:
    """Print how many views were counted of those that came at once, and how many passwords were looked at."""
    _views()
    _passwords()


def _views() -> None:
    begun = time.perf_counter()
    counted = Counter[int]()
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine():
        for seed in range(ROUNDS):
            share = made(world, MOST)
            seen = interleaved(random.Random(seed), [partial(views.count, share)] * VIEWERS)
            assert seen.count(True) == views.counted([share])[share.id]
            counted[seen.count(True)] += 1
    told = ", ".join(f"{views} in {rounds} rounds" for views, rounds in counted.items())
    print(f"views of a share of {MOST}, {VIEWERS} at once: {told}; {time.perf_counter() - begun:.0f} s")


def _passwords() -> None:
    times = list[float]()

    def matches(*_: object) -> bool:
        times.append(world.now.timestamp())
        return False

    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine():
        patch.setattr("constellation.accounts.passwords.matches", matches)
        share = made(world, None)
        for _ in range(GUESSES):
            with contextlib.suppress(Unauthenticated, TooManyRequests):
                attempts.check(share, "wrong", world.now)
            world.advance(seconds=1)
    most = max(sum(begin <= time < begin + 900 for time in times) for begin in times)
    print(f"{GUESSES:,} wrong passwords, one a second: {most} looked at in any 15 minutes, {len(times)} in all")


if __name__ == "__main__":
    main()
