"""Races for images, some hundred rounds each: every round another order of the AWS calls of those who race."""

import contextlib
import io
import random

import pytest

from tests.bench import Row, report
from tests.bench.engine import engine
from tests.image_races import RACES, Race
from tests.world import new_world

_ROUNDS_OF_A_WORLD = 50
"""What a world holds makes it slow."""


def main() -> list[Row]:
    """Rows of the report."""
    return [
        Row(race.__name__.replace("_", " "), f"{_won(race, rounds)} right", f"{rounds}")
        for race, rounds in RACES.items()
    ]


def _won(race: Race, rounds: int) -> int:
    """How many of so many rounds ended as they must: all, or the race raises."""
    for start in range(0, rounds, _ROUNDS_OF_A_WORLD):
        with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine(), _silence():
            for seed in range(start, min(start + _ROUNDS_OF_A_WORLD, rounds)):
                race(world, random.Random(seed))
    return rounds


def _silence() -> contextlib.AbstractContextManager[object]:
    """The functions' logs are not the report's."""
    return contextlib.redirect_stdout(io.StringIO())


if __name__ == "__main__":
    report("Races, rounds", main())
