"""A flood of public images with as many words as they can have: the index gets on with it, and searches go on."""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import IMAGES, INDEXING
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.common.times import to_wire as time_to_wire
from constellation.images import indexing_request, usage_store
from constellation.images import lists as images_lists
from constellation.images import store as images
from constellation.images.model import PUBLIC, Image
from constellation.images.words import MOST_WORDS
from constellation.search import index, lease_store, model, store
from constellation.search.query import index_words
from tests.support.engine import Engine, engine
from tests.support.faults import Killed, calls_take, counted, killed
from tests.support.records import SAMPLE
from tests.support.sharing import ANNA
from tests.support.world import NOON, Answer, World, event, load, queue_event

ATTACK = 500
LETTERS = " ".join(chr(0x4E00 + number) for number in range(MOST_WORDS))
"""A description of 255 characters and 128 words."""

BACKLOG = 10_200


def flood(number: int, *, owner: str = ANNA.user_id, description: str = LETTERS, public: bool = True) -> list[Image]:
    """So many images, one each second before noon, the oldest first; none of them is stored."""
    moments = [NOON - timedelta(seconds=number - each) for each in range(number)]
    sample = replace(SAMPLE, owner=owner, description=description, is_public=public)
    return [replace(sample, id=new_id(), created_at=moment, described_at=moment) for moment in moments]


def progress(list_: str) -> str:
    return usage_store.find(list_).indexed_to


def search(world: World, term: str) -> Answer:
    query = {"searchTerm": term, "limit": "100"}
    return world.call(
        "share_list_public_images", event("GET", "/", query=query, path_parameters={"page": "1"}, caller=ANNA)
    )


@dataclass
class Watch:
    """The calls of index runs: how many, and how many entries were put between two notes of progress."""

    calls: int = 0
    slices: list[int] = field(default_factory=lambda: [0])


@contextmanager
def direct(made: Engine, world: World, seconds: float) -> Generator[Watch]:
    """Calls inside go to the engine without the SDK, each taking so many seconds of the world's clock."""
    watch, call = Watch(), aws.call

    def timed(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        world.advance(seconds=seconds)
        watch.calls += 1
        if operation == "batch_write_item":
            watch.slices[-1] += len(parameters["RequestItems"][IMAGES.physical_name])
        if operation == "update_item" and ":to" in parameters["ExpressionAttributeValues"]:
            watch.slices.append(0)
        return (made.call if service == "dynamodb" else call)(service, operation, **parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "call", timed)
        yield watch


def run(world: World, contents: Sequence[Any]) -> datetime:
    """Give messages to the function that indexes, all in one event; the answer is when it was done."""
    handler: Any = load("index_images")
    event = queue_event(INDEXING, {f"{number}": content for number, content in enumerate(contents)})
    answer = handler(event, None, now=world.now, clock=world.now_in_seconds)
    assert answer == {"batchItemFailures": []}
    return world.now


def test_the_flood_is_indexed_by_runs_that_end_in_time(world: World) -> None:
    """Each call takes a tenth of a second here, ten times what it does."""
    everything = flood(ATTACK)
    with engine() as made:
        made.load(IMAGES, (to_wire(images.to_item(image)) for image in everything))
        world.advance(minutes=5)
        rounds, places, waiting = 0, [""], [{"lists": [PUBLIC]}] * 10
        with direct(made, world, 0.1) as watch:
            while waiting:
                begun, before = world.now, watch.calls
                assert run(world, waiting[:10]) - begun < timedelta(seconds=index.TIMEOUT)
                assert watch.calls - before < 10 * index.TIMEOUT
                waiting = [*waiting[10:], *world.take(INDEXING)]
                places.append(progress(PUBLIC))
                rounds += 1
        assert places == sorted(places)
        assert places[-1] == everything[-1].updated
        assert rounds <= 4
        entries = sum(watch.slices)
        assert entries == ATTACK * len(index_words(SAMPLE.id, LETTERS, SAMPLE.name))
        assert max(watch.slices) <= index.SLICE
        assert search(world, LETTERS[0]).json["meta"]["total"] == ATTACK


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_run_killed_at_any_call_has_lost_one_slice(
    world: World, monkeypatch: pytest.MonkeyPatch, record_property: Any, after: bool
) -> None:
    monkeypatch.setattr(index, "FEWEST", 2)
    each = len(index_words(SAMPLE.id, LETTERS[:59], SAMPLE.name))
    monkeypatch.setattr(index, "SLICE", each)
    with counted() as made:
        calls = None
        done = 0
        while calls is None or done < calls:
            owner = new_id()
            collection = flood(4, owner=owner, description=LETTERS[:59], public=False)
            Table(IMAGES).put_many(map(images.to_item, collection))
            world.advance(minutes=5)
            if calls is None:  # of a run that nobody disturbs
                made.clear()
                run(world, [{"lists": [owner]}])
                calls = len(made)
                assert progress(owner) == collection[-1].updated
                continue
            with pytest.raises(Killed), killed(done, after=after):
                run(world, [{"lists": [owner]}])
            kept = progress(owner)
            left = [image for image in collection if image.updated > kept]
            assert left == collection[len(collection) - len(left) :]
            world.advance(seconds=index.LEASE.total_seconds() + 1)
            before = len(made)
            run(world, [{"lists": [owner]}])
            put = [name for name in made[before:] if name.endswith("BatchWriteItem")]
            if len(left) >= index.FEWEST:
                assert len(put) == len(left) * -(-each // 25)
                assert progress(owner) == collection[-1].updated
            done += 1
    record_property("faults covered", done)
    record_property("faults made", calls)


def test_a_run_keeps_its_lease_and_frees_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "FEWEST", 1)
    monkeypatch.setattr(index, "SLICE", 1)
    Table(IMAGES).put_many(map(images.to_item, flood(5, description="pebble")))
    world.advance(minutes=5)
    refused = list[bool]()
    put = store.put

    def meanwhile(list_: str, entered: Any) -> None:
        put(list_, entered)
        now = world.now
        refused.append(lease_store.lease(PUBLIC, "another", now, now) is None)

    monkeypatch.setattr(store, "put", meanwhile)
    with calls_take(world, index.LEASE.total_seconds() / 12):  # a slice takes less, all of them more
        run(world, [{"lists": [PUBLIC]}])
    assert refused == [True] * 5
    assert lease_store.lease(PUBLIC, "another", world.now, world.now) == progress(PUBLIC)


def test_a_run_whose_lease_another_has_taken_stops(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "FEWEST", 1)
    monkeypatch.setattr(index, "SLICE", 1)
    collection = flood(3)
    Table(IMAGES).put_many(map(images.to_item, collection))
    world.advance(minutes=5)
    put, entered = store.put, list[str]()

    def slowly(list_: str, fresh: Any) -> None:
        found = list(fresh)
        entered.extend(image.id for image in found)
        put(list_, found)
        if len(entered) == 2:
            world.advance(minutes=2)
            assert (
                lease_store.lease(PUBLIC, "another", world.now, world.now + timedelta(minutes=2))
                == collection[0].updated
            )

    monkeypatch.setattr(store, "put", slowly)
    run(world, [{"lists": [PUBLIC]}])
    assert entered == [image.id for image in collection[:2]]
    assert progress(PUBLIC) == collection[0].updated
    assert lease_store.lease(PUBLIC, "a third", world.now, world.now) is None
    assert world.take(INDEXING) == []


def test_when_the_time_is_up_every_message_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "FEWEST", 1)
    monkeypatch.setattr(index, "SLICE", 1)
    Table(IMAGES).put_many(map(images.to_item, flood(2)))
    world.advance(minutes=5)
    lost = {"lists": [PUBLIC], "forget": {"image": new_id(), "owner": None, "words": ["a"]}}
    with calls_take(world, index.BUDGET):
        run(world, [{"lists": [PUBLIC]}, lost])
    again = {"number": 1, "idle": 0}
    assert world.take(INDEXING) == [{"lists": [PUBLIC], **again}, {**lost, **again}]


def test_words_that_are_forgotten_are_bounded(world: World) -> None:
    """Those of a change take their calls, and no message holds more of them than SQS carries."""
    widest = "".join(chr(0x1F130 + number % 26) + " " for number in range(64)) + LETTERS
    before = replace(flood(1)[0], description=LETTERS, name=" ".join(map(str, range(70))))
    for description in (widest, "\ufdfa" * 255, "\u3300" * 255, "𝕳" * 255):
        indexing_request.follow(replace(before, description=description), replace(before, description="", name="a"))
    messages = [message.content for message in world.messages(INDEXING)]
    assert len(messages) == 4
    for message in messages:
        assert len(message["forget"]["words"]) <= 2 * MOST_WORDS
        assert len(json.dumps(message)) < 20_000
    with counted() as made:
        run(world, [messages[0]])
    assert len(made) < 2 * 2 * MOST_WORDS


@pytest.fixture
def behind(world: World, monkeypatch: pytest.MonkeyPatch) -> Generator[World]:
    """A public list of more than ten thousand images, of which the index has the first thirty."""
    everything = flood(BACKLOG, description="pebble")
    descriptions: Mapping[int, str] = {
        0: "first pebble",
        29: "last pebble",
        30: "lost pebble",
        -201: "late pebble",
        -200: "new pebble",
        -1: "newest pebble",
    }
    for place, description in descriptions.items():
        everything[place] = replace(everything[place], description=description)
    with engine() as made:
        made.load(IMAGES, (to_wire(images.to_item(image)) for image in everything))
        monkeypatch.setattr(index, "FEWEST", 1)
        world.now = everything[29].created_at + index.SETTLED + timedelta(milliseconds=1)
        run(world, [{"lists": [PUBLIC]}])
        assert progress(PUBLIC) == everything[29].updated
        world.now = NOON + timedelta(minutes=5)
        yield world


def found(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [image["attributes"]["description"] for image in answer.json["data"]]


def test_a_backlog_is_searched_as_far_as_the_index_and_the_newest_go(behind: World) -> None:
    for term in ("first", "last", "new", "newest"):
        answer = search(behind, f"{term} pebble")
        assert f"{term} pebble" in found(answer)
        assert answer.json["meta"]["notSearched"] == {
            "after": time_to_wire(NOON - timedelta(seconds=BACKLOG - 29)),
            "until": time_to_wire(NOON - timedelta(seconds=201)),
        }
    for term in ("lost", "late"):
        assert found(search(behind, term)) == []
    assert search(behind, "pebble").json["meta"]["total"] == 30 + model.MOST_UNINDEXED
    search(behind, "newest")
    assert len(behind.calls) < 15
    assert len(images_lists.newest(PUBLIC, progress(PUBLIC), 7)) == 7


def test_nothing_is_said_where_nothing_is_left_out(world: World) -> None:
    Table(IMAGES).put_many(map(images.to_item, flood(model.MOST_UNINDEXED, description="pebble")))
    answer = search(world, "pebble")
    assert answer.json["meta"].keys() == {"size", "page", "total", "nextCursor", "prevCursor"}
    assert answer.json["meta"]["total"] == model.MOST_UNINDEXED
    [older] = flood(1, description="pebble")
    Table(IMAGES).put_many([images.to_item(replace(older, created_at=NOON - timedelta(days=1)))])
    answer = search(world, "pebble")
    assert answer.json["meta"]["notSearched"] == {"after": None, "until": time_to_wire(NOON - timedelta(days=1))}
    whole = world.call("share_list_public_images", event("GET", "/", path_parameters={"page": "1"}, caller=ANNA))
    assert "notSearched" not in whole.json["meta"]
