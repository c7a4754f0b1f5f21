"""Variants that are written and deleted at once: their totals hold, and never more than there may be."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import IMAGES
from constellation.variants import store
from tests.support.engine import engine
from tests.support.interleaving import interleaved
from tests.support.sharing import ANNA
from tests.support.world import World, event, load

ROUNDS = 20


def asked(world: World, function: str, name: str, body: Any = None) -> Callable[[], int]:
    happening = event("PUT", "/", json=body, path_parameters={"name": name}, caller=ANNA)
    handler: Any = load(function)
    return lambda: handler(happening, None, now=world.now)["statusCode"]


def put(world: World, name: str, **body: Any) -> Callable[[], int]:
    return asked(world, "share_put_variant", name, body)


def delete(world: World, name: str) -> Callable[[], int]:
    return asked(world, "share_delete_variant", name)


def totals(world: World) -> tuple[int, int]:
    """What the totals say, and how many variants there are."""
    items = [from_wire(item) for item in world.items(IMAGES) if item["pk"]["S"].startswith("VARIANTS#")]
    said = [item["variants"] for item in items if item["sk"] == "TOTALS"]
    return (said or [0])[0], sum(item["sk"] != "TOTALS" for item in items)


def test_there_are_never_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_VARIANTS", 3)
    with engine():
        for seed in range(ROUNDS):
            chance = random.Random(seed)
            answers = interleaved(chance, [put(world, f"v{seed}-{number}") for number in range(6)])
            assert sorted(answers) == [201] * 3 + [422] * 3
            assert totals(world) == (3, 3)
            gone = interleaved(chance, [delete(world, f"v{seed}-{number}") for number in range(6)] * 2)
            assert sorted(gone) == [204] * 3 + [404] * 9
            assert totals(world) == (0, 0)


def test_of_two_at_once_one_is_new_and_the_later_one_stands(world: World) -> None:
    with engine():
        for seed in range(ROUNDS):
            name = f"v{seed}"
            answers = interleaved(random.Random(seed), [put(world, name, w=1), put(world, name, w=2)])
            assert sorted(answers) == [200, 201]
            found = store.get(ANNA.user_id, name)
            assert found is not None
            assert (found.version, found.options["w"] in ("1", "2")) == (2, True)
            assert totals(world) == (seed + 1, seed + 1)
