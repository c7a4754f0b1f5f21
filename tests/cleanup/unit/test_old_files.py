"""Images from before the index by which shares of folders find them are entered into it (second contract, 5)."""

import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import CONSTELLATIONS
from constellation.aws.table import Table
from constellation.cleanup import enter_old_files, model
from tests.support.consistency import settle
from tests.support.faults import FAILED, THROTTLED, Killed, after_call, counted, killed, lost, refused
from tests.support.sharing import Client
from tests.support.workspace import Workspace, created
from tests.support.world import World

MOST_CALLS = 30


def make_old(world: World, *image_ids: str) -> None:
    """Let the entries of images be as they were written before there was the index."""
    for item in map(from_wire, world.items(CONSTELLATIONS)):
        if item["sk"].rpartition("#")[2] in image_ids:
            key = {"pk": item["pk"], "sk": item["sk"]}
            Table(CONSTELLATIONS).update(key, "REMOVE filesOf, created")


def entered(world: World) -> int:
    """Run it to its end."""
    number, payload = 0, dict[str, Any]()
    for _ in range(100):
        report = world.invoke("enter_old_files", payload)
        number, payload = number + report["entered"], json.loads(json.dumps(report))
        if not report["checkpoint"]:
            return number
    raise AssertionError


@pytest.fixture
def space(world: World) -> Workspace:
    """A constellation with images, and images elsewhere."""
    anna = Client(world)
    found = Workspace(anna)
    inner = found.folder(parent=found.folder())
    for folder in (inner, ""):
        for _ in range(2):
            found.image(folder=folder)
    anna.image()
    world.advance(minutes=1)
    return found


def images_of(world: World) -> list[str]:
    return [
        item["sk"].rpartition("#")[2]
        for item in map(from_wire, world.items(CONSTELLATIONS))
        if item["sk"].startswith("FILE#")
    ]


@pytest.mark.parametrize("together", [1000, 1])
def test_shares_show_old_images_then(
    world: World, space: Workspace, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "RECORDS", together)
    monkeypatch.setattr(enter_old_files, "MOST", 2)
    before = world.items(CONSTELLATIONS)
    target = {"type": "constellation", "id": space.id}
    code = created(space.admin.ask("POST", "/api/shares", json={"target": target}))["code"]
    shown = world.request("GET", f"/api/s/{code}/items").json["data"]
    make_old(world, *images_of(world)[1:])
    assert len(world.request("GET", f"/api/s/{code}/items").json["data"]) == 1
    assert entered(world) == 3
    assert world.request("GET", f"/api/s/{code}/items").json["data"] == shown
    assert len(shown) == 4
    assert world.items(CONSTELLATIONS) == before
    assert entered(world) == 0
    assert world.items(CONSTELLATIONS) == before


def test_it_can_be_killed_and_repeated_at_every_call(
    world: World, space: Workspace, record_property: Callable[[str, object], None]
) -> None:
    images, before = images_of(world), world.items(CONSTELLATIONS)
    covered = made = 0
    for after in (False, True):
        for at in range(MOST_CALLS):
            make_old(world, *images)
            with counted() as calls, killed(at, after=after), contextlib.suppress(Killed):
                enter_old_files.enter_old_files("", world.now)
            covered, made = covered + (len(calls) > at), max(made, len(calls))
            entered(world)
            assert world.items(CONSTELLATIONS) == before
    assert covered == 2 * made
    assert 5 < made < MOST_CALLS
    record_property("faults covered", covered)
    record_property("faults made", 2 * made)
    for fault in (lost, partial(refused, said=FAILED), partial(refused, said=THROTTLED)):
        for at in range(made):
            make_old(world, *images)
            with fault(at):
                enter_old_files.enter_old_files("", world.now)
            assert world.items(CONSTELLATIONS) == before


@pytest.mark.parametrize("happening", ["moved", "renamed", "deleted"])
def test_what_happens_between_any_two_calls_is_not_undone(world: World, space: Workspace, happening: str) -> None:
    """What others write is in the index by itself."""
    folder, images = space.folder(), images_of(world)

    def happens() -> None:
        path = f"/images/{image}"
        if happening == "moved":
            assert space.admin.ask("PATCH", path, json={"folder_uuid": folder}).status == 200
        elif happening == "renamed":
            assert space.admin.ask("PATCH", path, json={"name": "other.jpg"}).status == 200
        else:
            assert space.admin.ask("DELETE", path).status == 200

    for number, image in enumerate(images, 1):
        make_old(world, *images_of(world))
        with after_call(number, happens):
            enter_old_files.enter_old_files("", world.now)
        settle(world)
        now = world.items(CONSTELLATIONS)
        assert all("created" in item for item in now if item["sk"]["S"].startswith("FILE#"))
        assert (image in images_of(world)) == (happening != "deleted")
        assert entered(world) == 0
        assert world.items(CONSTELLATIONS) == now
