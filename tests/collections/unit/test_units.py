"""What reading collections costs, whatever their size and number."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from constellation.aws.resources import IMAGES
from constellation.aws.table import Table
from constellation.collections.model import Collection
from constellation.common.ids import new_id
from constellation.images import store as image_store
from constellation.runtime.request import Caller
from tests.support.engine import Engine, engine, without_the_sdk
from tests.support.filled import fill
from tests.support.meter import metered
from tests.support.sharing import ANNA, SMALL, uploaded
from tests.support.world import World, event, new_world

FEW, MANY = 100, 10_000
COLLECTIONS = 2_000
READ = 500
"""The images of the collections that the tests come to. Only these exist."""


class Shelf:
    """A collection of few images and one of many; and who has few collections and who has many."""

    def __init__(self, world: World, made: Engine) -> None:
        self.world, self.engine = world, made
        image = image_store.get(uploaded(world, SMALL))
        assert image is not None
        images = [replace(image, id=new_id()) for _ in range(READ)]
        self.images = [*(each.id for each in images), *(new_id() for _ in range(MANY - READ))]
        with without_the_sdk(made):
            Table(IMAGES).put_many(map(image_store.to_item, images))
            self.known = {number: self.collection(ANNA, number) for number in (FEW, MANY)}
            self.people = {number: Caller(new_id(), session_id="session") for number in (FEW, COLLECTIONS)}
            for number, person in self.people.items():
                self._collections(person, number)

    def collection(self, owner: Caller, number: int) -> str:
        made = Collection(new_id(), owner.user_id, "All", "", self.world.now)
        fill(made, self.images[:number])
        return made.id

    def _collections(self, owner: Caller, number: int) -> None:
        start, table = self.world.now, Table(IMAGES)
        made = [
            Collection(new_id(), owner.user_id, "All", "", start + timedelta(seconds=each), count=0)
            for each in range(number)
        ]
        table.put_many({"pk": f"COLLECTIONS#{owner.user_id}", "sk": each.position} for each in made)
        table.put_many(
            {
                "pk": f"COLLECTION#{each.id}",
                "sk": "COLLECTION",
                "owner": each.owner,
                "name": each.name,
                "description": "",
                "createdAt": each.created_at.isoformat(),
                "count": 0,
                "version": 1,
            }
            for each in made
        )

    def spent(
        self, function: str, caller: Caller, query: dict[str, str] | None = None, **path: str
    ) -> tuple[float, str]:
        """The read units of a request, and the cursor of the next page."""
        happening = event("GET", "/", query=query, path_parameters=path, caller=caller)
        with metered(self.engine) as bill:
            answer = self.world.call(function, happening)
        assert answer.status == 200
        assert bill.writes == 0
        following = answer.json["meta"]["nextCursor"] if "meta" in answer.json else ""
        return bill.reads, following or ""


@pytest.fixture(scope="module")
def full() -> Iterator[Shelf]:
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        yield Shelf(world, made)


@pytest.mark.parametrize("limit", ["1", "25", "100"])
def test_a_page_of_a_collection(full: Shelf, limit: str, record_property: Callable[[str, object], None]) -> None:
    units = dict[int, list[float]]()
    for number in (FEW, MANY):
        cursor, units[number] = "", list[float]()
        for _ in range(4):
            query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
            spent, cursor = full.spent("list_items", ANNA, query, collection_id=full.known[number])
            units[number].append(spent)
            if not cursor:
                break
    record_property("units", str(units))
    assert max(abs(few - many) for few, many in zip(*units.values(), strict=False)) <= 1
    assert max(units[MANY][1:]) <= units[MANY][0] + 2


def test_a_collection_by_itself(full: Shelf) -> None:
    few, many = (full.spent("get_collection", ANNA, collection_id=full.known[number])[0] for number in (FEW, MANY))
    assert few == many <= 2


@pytest.mark.parametrize("limit", ["1", "25", "100"])
def test_a_page_of_the_list(full: Shelf, limit: str) -> None:
    units = list[list[float]]()
    for person in full.people.values():
        first, cursor = full.spent("list_collections", person, {"limit": limit})
        units.append([first])
        if cursor:
            units[-1].append(full.spent("list_collections", person, {"limit": limit, "cursor": cursor})[0])
    assert max(abs(few - many) for few, many in zip(*units, strict=False)) <= 1
    assert units[0][0] <= 1.5 * int(limit) + 4
