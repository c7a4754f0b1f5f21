"""The reconciliation: each kind of leftover is healed and reported, and what is young or healthy is left alone."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from constellation.aws.resources import ARRIVALS, ORIGINALS
from constellation.cleanup import model
from constellation.common.ids import new_id
from constellation.images import original_store
from constellation.links import rendition_store
from tests.cleanup.faults.leftovers import KINDS, Kind
from tests.support.arrivals import begun, differences, put, reconcile, s3_by_its_clock, state
from tests.support.consistency import assert_at_rest, assert_no_bytes_left, settle, uploads
from tests.support.engine import Engine, engine
from tests.support.faults import counted, hooked
from tests.support.firmware import created, provided
from tests.support.sharing import SMALL, link
from tests.support.spaces import Space, ask, own_image
from tests.support.world import World

MOMENT = timedelta(seconds=30)


@pytest.fixture
def running(world: World) -> Iterator[Engine]:
    with engine() as made, s3_by_its_clock(world):
        yield made


def healthy(world: World) -> Space:
    """A constellation with an image, beside it images of a user and of a guest, firmware, and an upload of each end."""
    space = Space(world)
    space.image()
    own = own_image(world, space.owner)
    assert ask(world, "share_change_image", space.owner, {"isPublic": True}, image_id=own).status == 204
    assert link(world, f"{own}.png", {"w": "4"}).status == 200
    provided(world, space.owner)
    created(world, space.owner, space.id)
    put(f"drop/{space.owner.user_id}/a.gif", SMALL)
    put(f"drop/{space.owner.user_id}/a.txt", b"?")
    settle(world)
    return space


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_left_over_is_healed_in_one_run_once_it_is_old_enough(
    world: World, running: Engine, kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    space = healthy(world)
    kind.leave(space)
    world.now += kind.after - MOMENT
    before = state(running)
    assert reconcile(world) == {}
    assert differences(state(running), before) == {}
    assert world.take(ARRIVALS) == []
    world.now += 2 * MOMENT
    capsys.readouterr()
    assert reconcile(world) == {kind.counted: kind.healed}
    assert metrics(capsys.readouterr().out)[kind.counted] == kind.healed
    settle(world)
    assert_at_rest(world)
    assert_no_bytes_left(world)
    world.advance(hours=2)
    assert reconcile(world) == {}


def test_every_metric_is_told_in_every_run(world: World, running: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    report = world.invoke("reconcile", {})
    assert metrics(capsys.readouterr().out) == report
    assert {kind.counted for kind in KINDS} == report.keys()


def test_a_healthy_world_is_left_as_it_is(world: World, running: Engine) -> None:
    healthy(world)
    before = state(running)
    for _ in range(3):
        world.advance(days=1)
        assert reconcile(world) == {}
        assert differences(state(running), before) == {}
        assert not world.messages(ARRIVALS)


def test_a_pending_upload_whose_object_lies_there_is_not_given_up(world: World, running: Engine) -> None:
    space = healthy(world)
    upload = begun(world, space.owner, kind="image", fileName="a.gif")
    put(f"incoming/{upload}", SMALL)
    world.take(ARRIVALS)
    world.advance(hours=3)
    assert reconcile(world) == {"ArrivalsAnnounced": 1}
    assert uploads(world)[upload]["status"] == "pending"
    settle(world)
    assert uploads(world)[upload]["status"] == "ready"


def test_bytes_that_are_kept_stay_for_ever(world: World, running: Engine) -> None:
    space = healthy(world)
    image = own_image(world, space.owner)
    data = world.objects(ORIGINALS)[f"images/{image}"]
    assert ask(world, "share_delete_image", space.owner, {"preserveOnDisk": True}, image_id=image).status == 204
    settle(world)
    (kept,) = (item for place, item in running.items().items() if place[1:] == (f"IMAGE#{image}", "DELETED"))
    assert "ttl" not in kept
    for days in (1, 31, 400):
        world.advance(days=days)
        assert reconcile(world) == {}
    assert world.objects(ORIGINALS)[f"images/{image}"] == data


def test_reads_that_are_behind_cost_nothing_their_bytes(world: World, running: Engine) -> None:
    """DynamoDB may answer what was a moment ago, unless it is asked for what is now."""
    space = healthy(world)
    image = own_image(world, space.owner)
    assert ask(world, "share_delete_image", space.owner, {"preserveOnDisk": True}, image_id=image).status == 204
    settle(world)
    world.advance(hours=2)
    before = state(running)
    behind = 0

    def nothing_yet(request: Any, **_: Any) -> AWSResponse | None:
        nonlocal behind
        wanted = json.loads(request.body)["RequestItems"]
        if all(each.get("ConsistentRead") for each in wanted.values()):
            return None
        behind += 1
        body = json.dumps({"Responses": {table: [] for table in wanted}, "UnprocessedKeys": {}}).encode()
        headers: Any = {}
        return AWSResponse(request.url, 200, headers, MockRawResponse(body))

    with hooked("before-send.dynamodb.BatchGetItem", nothing_yet):
        assert reconcile(world) == {}
    assert behind
    assert differences(state(running), before) == {}


def test_small_parts_cover_everything_and_begin_anew(
    world: World, running: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "OBJECTS", 2)
    monkeypatch.setattr(model, "RECORDS", 2)
    kinds = [kind for kind in KINDS if kind.counted not in ("ArrivalsAnnounced", "ListsIndexedAgain")]
    wanted = sum((Counter({kind.counted: kind.healed}) for kind in kinds), Counter[str]())
    for _ in range(2):
        space = healthy(world)
        for kind in kinds:
            kind.leave(space)
        world.advance(hours=2)
        healed = Counter[str]()
        for _ in range(30):
            healed.update(reconcile(world))
            settle(world)
        assert healed == wanted
        assert_at_rest(world)
        assert_no_bytes_left(world)


def test_a_run_makes_no_more_calls_in_a_large_world(
    world: World, running: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "OBJECTS", 5)
    monkeypatch.setattr(model, "RECORDS", 5)
    space = Space(world)
    made = list[int]()
    for _ in range(3):
        for _ in range(10):
            own_image(world, space.owner)
            original_store.put_original(new_id(), SMALL, "image/gif")
            rendition_store.put(f"{new_id()}/8x6.png", SMALL, "image/png", "immutable", "")
        settle(world)
        world.advance(hours=2)
        with counted() as calls:
            world.invoke("reconcile", {})
        made.append(len(calls))
    assert max(made) <= 60, made


def metrics(printed: str) -> dict[str, int]:
    """The metrics in what a function has printed."""
    lines = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    told = [(metric["Name"], line) for line in lines for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    return {name: int(line[name][0]) for name, line in told}
