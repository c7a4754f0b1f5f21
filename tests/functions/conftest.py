"""The world that function tests run in."""

from tests.world import world

__all__ = ["world"]
