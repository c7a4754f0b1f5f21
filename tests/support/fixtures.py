"""Fixtures that every test can ask for: the world, two of its users and a constellation of the first one.

Those whose names begin with ``lasting_`` live as long as a test module, which binds them to the usual names:
``world, anna = lasting_world, lasting_anna``.
"""

from collections.abc import Iterator

import pytest

from infra.local.engine import remember_expressions
from tests.support.engine import Engine, engine
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import World, new_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give an empty product to one test."""
    with new_world(monkeypatch) as made:
        yield made


@pytest.fixture
def anna(world: World) -> Client:
    """Return a user."""
    return Client(world)


@pytest.fixture
def bea(world: World) -> Client:
    """Return another user."""
    return Client(world, "bea")


@pytest.fixture
def trip(anna: Client) -> Workspace:
    """Return a constellation whose ADMIN is Anna."""
    return Workspace(anna)


@pytest.fixture
def shelves(world: World) -> Iterator[Engine]:
    """Give the world tables that hold a hundred thousand items."""
    remember_expressions()
    with engine() as made:
        yield made


@pytest.fixture(scope="module")
def lasting_world() -> Iterator[World]:
    """Give an empty product to all tests of a module."""
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as made:
        yield made


@pytest.fixture(scope="module")
def lasting_anna(world: World) -> Client:
    """Return a user of a ``lasting_world``."""
    return Client(world)


@pytest.fixture(scope="module")
def lasting_bea(world: World) -> Client:
    """Return another user of a ``lasting_world``."""
    return Client(world, "bea")
