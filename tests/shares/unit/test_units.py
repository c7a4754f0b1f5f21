"""What a page of a share, and the share itself, cost to read, whatever the number of images."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import CONSTELLATIONS, IMAGES
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.images import store as image_store
from constellation.workspaces import folder_store
from constellation.workspaces.model import Location
from tests.support.engine import Engine, engine, without_the_sdk
from tests.support.meter import metered
from tests.support.sharing import SMALL, Client, uploaded
from tests.support.workspace import Workspace, created
from tests.support.world import World, event, new_world

SIZES = (100, 10_000)
PAGES = 4


class Wall:
    """A folder of each size with two others below it, in one constellation, and the same in one of its own each."""

    def __init__(self, world: World, made: Engine) -> None:
        self.world, self.engine = world, made
        anna = Client(world)
        image = image_store.get(uploaded(world, SMALL))
        assert image is not None
        self.image = replace(image, owner=anna.id)
        self.shares = dict[tuple[str, int], str]()
        together = Workspace(anna)
        for number in SIZES:
            alone = Workspace(anna)
            for name, space, type_ in (("folder", together, "folder"), ("constellation", alone, "constellation")):
                folder = space.folder()
                inside = [folder, *(space.folder(parent=folder) for _ in range(2))]
                with without_the_sdk(made):
                    self._fill(space.id, inside, number)
                target = {"type": type_, "id": folder if type_ == "folder" else space.id}
                self.shares[name, number] = created(anna.ask("POST", "/api/shares", json={"target": target}))["code"]

    def _fill(self, constellation: str, folders: list[str], number: int) -> None:
        """Only the images that the tests come to are written whole, of the others what the indexes have of them."""
        images, files = list[dict[str, object]](), list[dict[str, object]]()
        for each in range(number):
            made = self.world.now - timedelta(seconds=each)
            place = Location(constellation, folders[each % len(folders)])
            image = replace(self.image, id=new_id(), location=place, created_at=made)
            item = image_store.to_item(image)
            kept = ("pk", "sk", "folder", "created")
            images.append(item if each < 200 * PAGES else {name: item[name] for name in kept})
            filed = folder_store.to_file(place, image.id, image.name, image.extension, image.created)
            files.append(from_wire(filed["Put"]["Item"]))
        Table(IMAGES).put_many(images)
        Table(CONSTELLATIONS).put_many(files)

    def spent(self, function: str, code: str, **query: str) -> tuple[float, str]:
        """The read units of a request, and the cursor of the next page."""
        happening = event("GET", "/", query=query, path_parameters={"code": code})
        with metered(self.engine) as bill:
            answer = self.world.call(function, happening)
        assert answer.status == 200
        if "meta" not in answer.json:
            return bill.reads, str(answer.json["count"])
        assert len(answer.json["data"]) == int(query["limit"])
        return bill.reads, answer.json["meta"]["nextCursor"] or ""


@pytest.fixture(scope="module")
def full() -> Iterator[Wall]:
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        yield Wall(world, made)


@pytest.mark.parametrize("name", ["folder", "constellation"])
@pytest.mark.parametrize("limit", ["1", "25", "100"])
def test_a_page_of_a_share(full: Wall, name: str, limit: str, record_property: Callable[[str, object], None]) -> None:
    units = dict[int, list[float]]()
    for number in SIZES:
        cursor, units[number] = "", list[float]()
        for _ in range(PAGES):
            query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
            spent, cursor = full.spent("list_share_items", full.shares[name, number], **query)
            units[number].append(spent)
            if not cursor:
                break
    record_property("units", str(units))
    assert max(abs(few - many) for few, many in zip(*units.values(), strict=False)) <= 1


@pytest.mark.parametrize("name", ["folder", "constellation"])
def test_a_share_that_was_counted(full: Wall, name: str, record_property: Callable[[str, object], None]) -> None:
    units = list[float]()
    for number in SIZES:
        code = full.shares[name, number]
        full.spent("open_share", code)  # which counts once
        spent, count = full.spent("open_share", code)
        assert count == str(number)
        units.append(spent)
    record_property("units", str(units))
    assert max(units) - min(units) <= 1
