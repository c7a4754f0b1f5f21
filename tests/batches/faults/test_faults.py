"""Batches under faults at every AWS call: what is killed in the middle and asked for again ends as one alone."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from constellation.batches.model import FIELDS
from constellation.collections import parts
from constellation.collections import store as collection_store
from constellation.collections.model import Collection
from constellation.common.ids import new_id
from tests.support import pictures
from tests.support.consistency import Shelf, assert_at_rest, assert_collected, assert_totals, settle, shelf
from tests.support.faults import FAILED, THROTTLED, Killed, counted, killed, lost, refused
from tests.support.sharing import ANNA, uploaded
from tests.support.world import World, event, load

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

IMAGES = 2


@dataclass(frozen=True)
class Stage:
    """A constellation with a folder, and a collection."""

    constellation: str
    folder: str
    collection: str


@dataclass(frozen=True)
class Doing:
    """An action, the statuses that its images can have when it is repeated, and whether a record is as it then is."""

    action: str
    statuses: tuple[int, ...]
    is_done: Callable[[Shelf, Stage, str], bool]
    before: Mapping[str, str]

    def __str__(self) -> str:
        return self.action


DOINGS = (
    Doing("delete", (204, 404), lambda now, _, image: image not in now.records, {"isPublic": "true"}),
    Doing("publish", (204,), lambda now, _, image: "publicList" in now.records[image], {}),
    Doing("tag", (204,), lambda now, _, image: now.records[image].get("tags") == "sea", {}),
    Doing("collect", (204,), lambda now, stage, image: (stage.collection, image) in now.held, {}),
    Doing("move", (200,), lambda now, stage, image: now.records[image].get("folder") == stage.folder, {}),
)


@pytest.fixture
def stage(world: World, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(parts, "MOST", 2)
    monkeypatch.setattr(collection_store, "MOST_ADDED", 1)

    def ask(function: str, **body: str) -> Any:
        answer = world.call(function, event("POST", "/", json=body, caller=ANNA))
        assert answer.status == 201, answer.body
        return answer.json

    constellation = ask("create_constellation", name="Trip")["constellation_uuid"]
    folder = ask("create_folder", name="Sea", constellation_uuid=constellation)["folder_uuid"]
    return Stage(constellation, folder, "")


def ready(world: World, stage: Stage, doing: Doing) -> tuple[Stage, list[str]]:
    """New images, and a new collection."""
    known = Collection(new_id(), ANNA.user_id, "All", "", world.now)
    collection_store.create(known)
    images = [uploaded(world, pictures.still("GIF", 2, 2), **doing.before) for _ in range(IMAGES)]
    return Stage(stage.constellation, stage.folder, known.id), images


def ask(world: World, stage: Stage, ids: list[str], doing: Doing) -> list[int]:
    fields: dict[str, Any] = {
        "tags": ["sea"],
        "collection_id": stage.collection,
        "constellation_uuid": stage.constellation,
        "folder_uuid": stage.folder,
    }
    body = {"ids": ids, "action": doing.action, **{name: fields[name] for name in FIELDS[doing.action]}}
    handler: Any = load("run_batch")
    answer = world.call("run_batch", event(handler.methods[0], "/", json=body, caller=ANNA))
    assert answer.status == 200, answer.body
    return [each["status"] for each in answer.json["results"]]


def assert_ends_well(world: World) -> None:
    """Nothing is lost, doubled or left."""
    world.advance(minutes=20)
    world.invoke("reconcile", {})
    settle(world)
    assert_at_rest(world)


def done(world: World, stage: Stage, doing: Doing, images: list[str]) -> list[bool]:
    """Of each image whether it is as it is to be; each is whole."""
    now = shelf(world)
    assert_totals(now)
    assert_collected(now)
    return [doing.is_done(now, stage, image) for image in images]


@pytest.mark.parametrize("is_repeated", [True, False])
@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_a_killed_batch(
    world: World, stage: Stage, doing: Doing, is_repeated: bool, record_property: Callable[[str, object], None]
) -> None:
    """The first images are done, the others not at all; a repeat does these, and nothing is left either way."""
    covered = made = at = 0
    while at <= made:
        for after in (False, True):
            here, images = ready(world, stage, doing)
            with counted() as calls, killed(at, after=after), contextlib.suppress(Killed):
                ask(world, here, images, doing)
            covered, made = covered + (len(calls) > at), max(made, len(calls))
            if is_repeated:
                assert set(ask(world, here, images, doing)) <= set(doing.statuses)
            found = done(world, here, doing, images)
            assert found == sorted(found, reverse=True)
            assert all(found) or not is_repeated
        at += 1
    assert covered == 2 * made
    record_property("faults covered", covered)
    record_property("faults made", 2 * made)
    assert_ends_well(world)


@pytest.mark.parametrize("fault", [lost, partial(refused, said=THROTTLED)])
def test_lost_answers_and_errors_change_nothing(world: World, stage: Stage, fault: Any) -> None:
    for doing in DOINGS:
        at, struck = 0, [0]
        while struck:
            here, images = ready(world, stage, doing)
            with fault(at) as struck:
                assert ask(world, here, images, doing) == [doing.statuses[0]] * IMAGES
            assert all(done(world, here, doing, images))
            at += 1
    assert_ends_well(world)


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_one_that_is_busy_does_not_stop_the_others(world: World, stage: Stage, doing: Doing) -> None:
    """The first transaction is refused as often as it is sent."""
    ask(world, *ready(world, stage, doing), doing)  # the first image of a constellation takes a call more
    here, images = ready(world, stage, doing)
    with counted() as calls:
        ask(world, here, images, doing)
    at = next(number for number, name in enumerate(calls) if name.endswith("TransactWriteItems"))
    here, images = ready(world, stage, doing)
    with refused(at, FAILED, times=100):
        statuses = ask(world, here, images, doing)
    # A collection that is busy for one image is so for the next one.
    assert statuses == [503, 503 if doing.action == "collect" else doing.statuses[0]]
    assert set(ask(world, here, images, doing)) <= set(doing.statuses)
    assert all(done(world, here, doing, images))
    assert_ends_well(world)
