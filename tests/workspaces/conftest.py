"""The world that the tests of this room run in, two of its users and a constellation of the first one's."""

import pytest

from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import World, world

__all__ = ["anna", "bea", "trip", "world"]


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


@pytest.fixture
def bea(world: World) -> Client:
    return Client(world, "bea")


@pytest.fixture
def trip(anna: Client) -> Workspace:
    """A constellation of Anna's."""
    return Workspace(anna)
