"""The world that the tests of this room run in, and two of its users."""

import pytest

from tests.support.sharing import Client
from tests.support.world import World, world

__all__ = ["anna", "bea", "world"]


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


@pytest.fixture
def bea(world: World) -> Client:
    return Client(world, "bea")
