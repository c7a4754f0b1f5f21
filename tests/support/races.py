"""Requests that are under way together, in this process, and what must hold however they interleave."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from tests.support.consistency import assert_at_rest, assert_filed, assert_stocked, settle, shelf, workspaces
from tests.support.interleaving import interleaved
from tests.support.spaces import small_parts
from tests.support.world import Answer, World

Race = Callable[[World, random.Random], None]
"""A race, to be run with any seed."""


def race(
    world: World, chance: random.Random, *requests: Callable[[], Answer], beside: Sequence[Callable[[], Any]] = ()
) -> list[Answer]:
    """Return the answers to requests that are under way together, with other calls ``beside`` them.

    Check that everything is filed right when they are answered, and at rest when the work that they asked for is done.
    """
    with small_parts():
        answers = interleaved(chance, [*requests, *beside])[: len(requests)]
        assert_filed(shelf(world), workspaces(world))
        assert_stocked(world)
        settle(world)
    assert_at_rest(world)
    return answers


def race_statuses(
    world: World, chance: random.Random, *requests: Callable[[], Answer], beside: Sequence[Callable[[], Any]] = ()
) -> list[int]:
    """Return the statuses of a ``race``."""
    return [answer.status for answer in race(world, chance, *requests, beside=beside)]
