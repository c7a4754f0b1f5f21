"""The order of a collection in parts."""

import random
from itertools import pairwise

import pytest

from constellation.aws.items import to_wire
from constellation.collections import parts, store
from constellation.collections.model import MOST_ITEMS
from constellation.collections.parts import Part
from constellation.common.ids import new_id
from tests.support import capacity


def flat(order: list[Part]) -> list[str]:
    return [id_ for part in order for id_ in part.ids]


def follow(before: list[Part], after: list[Part]) -> list[Part]:
    """The order that the table holds once the change is written."""
    written, deleted = parts.change(before, after)
    stored = {part.number: part for part in before} | {part.number: part for part in written}
    return [stored[number] for number in sorted(stored.keys() - set(deleted))]


def assert_sound(order: list[Part]) -> None:
    assert [part.number for part in order] == sorted({part.number for part in order})
    assert all(0 < len(part.ids) <= parts.MOST for part in order)
    assert all(len(left.ids) + len(right.ids) > parts.MOST for left, right in pairwise(order))


def test_ids_are_kept() -> None:
    ids = tuple(new_id() for _ in range(parts.MOST))
    assert parts.from_bytes(parts.to_bytes(ids)) == ids
    assert parts.from_bytes(b"") == ()
    item = {"pk": f"COLLECTION#{new_id()}", "sk": "PART#00000000", "ids": parts.to_bytes(ids)}
    assert capacity.size(to_wire(item)) <= 4096  # it is read by one unit


@pytest.mark.parametrize("seed", range(5))
def test_every_change_is_that_of_a_list(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(parts, "MOST", 4)
    chance = random.Random(seed)
    order, model = list[Part](), list[str]()
    for _ in range(400):
        match chance.choice("aaaro"):
            case "a":
                ids = [new_id() for _ in range(chance.choice((1, 1, 1, 4, 9)))]
                last = parts.appended(order[-1] if order else None, ids)
                order, model = (
                    follow(order, [each for each in order if each.number != last[0].number] + last),
                    [*model, *ids],
                )
            case "r":
                gone = set(chance.sample(model, min(len(model), chance.randint(1, 5))))
                before = {id_: part.number for part in order for id_ in part.ids}
                order, model = follow(order, parts.without(order, gone)), [id_ for id_ in model if id_ not in gone]
                assert all(part.number >= before[id_] for part in order for id_ in part.ids)
            case _:
                first = chance.sample(model, min(len(model), 3))
                order = follow(order, parts.arranged(order, first))
                model = [*first, *(id_ for id_ in model if id_ not in first)]
        assert flat(order) == model
        assert_sound(order)


def test_the_most_parts_fit_into_a_transaction() -> None:
    most = 2 * (MOST_ITEMS // (parts.MOST + 1)) + 1
    assert most + 1 <= 100


def test_the_most_images_that_are_added_fit_into_a_transaction() -> None:
    written = parts.appended(Part(0, tuple(new_id() for _ in range(parts.MOST - 1))), [new_id()] * store.MOST_ADDED)
    assert 1 + len(written) + 2 * store.MOST_ADDED <= 100


def test_what_stays_is_not_written() -> None:
    order = [Part(number, tuple(new_id() for _ in range(parts.MOST))) for number in range(3)]
    written, deleted = parts.change(order, parts.without(order, {order[1].ids[7]}))
    assert ([part.number for part in written], deleted) == ([1], [])
    assert parts.change(order, parts.arranged(order, order[0].ids[:5])) == ([], [])
