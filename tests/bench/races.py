"""Races for images, in constellations and for firmware: on one thread, where each round has another order of the AWS
calls of those who race, then over HTTP, where they run at the same moment. A race that ends as it must not raises.
"""

import contextlib
import io
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import httpx
import pytest

from tests.bench import Row, report
from tests.support import (
    constellation_races,
    firmware_races,
    http_constellation_races,
    http_firmware_races,
    http_image_races,
    image_races,
)
from tests.support.engine import engine
from tests.support.http_constellation_races import Workspace
from tests.support.http_image_races import Racer
from tests.support.http_user import User
from tests.support.product import running_product
from tests.support.world import new_world

_ROUNDS_OF_A_WORLD = 50
"""What a world holds makes it slow."""

_CONSTELLATIONS = 8
"""Constellations that are raced for at the same time; their rounds are independent."""

_USERS = 8
"""Users whose firmware is raced for at the same time."""


def interleaved() -> list[Row]:
    """Rows of the report."""
    rows: list[Row] = []
    for race, rounds in [*image_races.RACES.items(), *constellation_races.RACES.items(), *firmware_races.RACES.items()]:
        for start in range(0, rounds, _ROUNDS_OF_A_WORLD):
            # The functions' logs are not the report's.
            silence = contextlib.redirect_stdout(io.StringIO())
            with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine(), silence:
                for seed in range(start, min(start + _ROUNDS_OF_A_WORLD, rounds)):
                    race(world, random.Random(seed))
        rows.append(_row(race.__name__, rounds))
    return rows


def over_http() -> list[Row]:
    """Rows of the report."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder)) as product:
        limits = httpx.Limits(max_connections=http_image_races.UPLOADS)
        with httpx.Client(base_url=product.url, timeout=60, limits=limits) as client:
            for race, rounds in http_image_races.RACES.items():
                race(Racer(product, client), rounds)
                rows.append(_row(race.__name__, rounds))
            with product.reached(), ThreadPoolExecutor(_CONSTELLATIONS) as pool:
                workspaces = [Workspace(client) for _ in range(_CONSTELLATIONS)]
                for race, rounds in http_constellation_races.RACES.items():
                    list(pool.map(race, workspaces, repeat(rounds // _CONSTELLATIONS)))
                    rows.append(_row(race.__name__, rounds))
            with ThreadPoolExecutor(_USERS) as pool:
                users = [User(client) for _ in range(_USERS)]
                for race, rounds in http_firmware_races.RACES.items():
                    list(pool.map(race, users, repeat(rounds // _USERS)))
                    rows.append(_row(f"firmware: {race.__name__}", rounds))
    return rows


def _row(name: str, rounds: int) -> Row:
    return Row(name.replace("_", " "), f"{rounds} right", f"of {rounds}")


if __name__ == "__main__":
    report("Races, every round another order of the AWS calls", interleaved())
    report("Races over HTTP", over_http())
