"""The world that contract tests run in."""

from tests.world import world

__all__ = ["world"]
