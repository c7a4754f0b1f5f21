"""The world that the tests of this room run in."""

from tests.support.world import world

__all__ = ["world"]
