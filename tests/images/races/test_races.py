"""A few rounds of each race; ``python -m tests.bench.races`` runs them all."""

import random

import pytest

from tests.support.engine import engine
from tests.support.image_races import RACES
from tests.support.races import Race
from tests.support.world import World


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_a_race(world: World, race: Race) -> None:
    with engine():
        for seed in range(1 + RACES[race] // 20):
            race(world, random.Random(seed))
