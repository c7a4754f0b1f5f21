"""The world that these tests run in, two of its users and a constellation of the first one."""

from tests.contract.conftest import anna, bea, trip, world

__all__ = ["anna", "bea", "trip", "world"]
