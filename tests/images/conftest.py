"""The world that the tests of this room run in, two of its users and a constellation of the first one's."""

from tests.workspaces.conftest import anna, bea, trip, world

__all__ = ["anna", "bea", "trip", "world"]
