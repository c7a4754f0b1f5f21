"""The world that function tests run in."""

from tests.support.world import world

__all__ = ["world"]
