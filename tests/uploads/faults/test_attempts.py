"""Files that end their function: tried three times, then refused with a reason; busy services are not counted."""

import contextlib
import json
from collections.abc import Callable, Iterator

import pytest

from constellation.aws.resources import ARRIVALS, INCOMING
from constellation.uploads.model import ATTEMPT_LIFE, ATTEMPTS, NEVER_ENDED
from tests.support import faults
from tests.support.arrivals import begun, keep, posted, put, reconcile, s3_by_its_clock, take_in
from tests.support.consistency import assert_at_rest, assert_no_bytes_left, settle, uploads
from tests.support.engine import Engine, engine
from tests.support.faults import FAILED, Killed, answer_lost, counted, killed, refused
from tests.support.firmware import created
from tests.support.hex_files import firmware
from tests.support.sharing import SMALL
from tests.support.spaces import Space
from tests.support.world import World

FILE = firmware(24)

Arrival = Callable[[Space], object]


def post_image(space: Space) -> None:
    posted(begun(space.world, space.owner, kind="image", fileName="a.gif"), SMALL)


def post_binary(space: Space) -> None:
    image = created(space.world, space.owner)
    posted(begun(space.world, space.owner, kind="firmware", fileName="a.hex", image_id=image), FILE)


def drop_image(space: Space) -> None:
    put(f"drop/{space.owner.user_id}/a.gif", SMALL)


def drop_firmware(space: Space) -> None:
    put(f"drop/{space.owner.user_id}/{space.id}/Pump-1.2.0.hex", FILE)


ALL = pytest.mark.parametrize("arrival", [post_image, post_binary, drop_image, drop_firmware])


@pytest.fixture
def running(world: World) -> Iterator[Engine]:
    with engine() as made, s3_by_its_clock(world):
        yield made


def the_upload(world: World) -> dict[str, object]:
    (upload,) = uploads(world).values()
    return upload


def ended(world: World, content: object, call: int, *, after: bool) -> None:
    """A telling whose function ends at a call, if it comes to it; the next one is when the message is visible again."""
    with contextlib.suppress(Killed), killed(call, after=after):
        take_in(world, content)
    world.advance(minutes=15)


def rest(world: World) -> None:
    """Let everything be done, and two runs of the reconciliation."""
    for _ in range(2):
        settle(world)
        world.advance(hours=2)
        reconcile(world)
    settle(world)
    assert_at_rest(world)
    assert_no_bytes_left(world)


@ALL
def test_what_ends_its_function_at_any_call_is_tried_so_often_and_then_fails(
    world: World, running: Engine, arrival: Arrival
) -> None:
    space = Space(world)
    arrival(space)
    (content,) = world.take(ARRIVALS)
    begin = keep(world, running)
    with counted() as calls:
        assert take_in(world, content)
    assert the_upload(world)["status"] == "ready"
    ends = list[str]()
    for call in range(len(calls)):
        begin()
        for _ in range(ATTEMPTS):
            ended(world, content, call, after=True)
        assert take_in(world, content)
        upload = the_upload(world)
        assert "attempts" not in upload
        ends.append(str(upload["status"]))
        if upload["status"] == "failed":
            assert json.loads(str(upload["violations"])) == [["image", NEVER_ENDED]]
        rest(world)
        assert the_upload(world) == upload
        told = [text for key, text in world.objects(INCOMING).items() if key.startswith("drop-failed/")]
        assert len(told) == (upload["status"] == "failed" and arrival in (drop_image, drop_firmware))
        assert not told or json.loads(told[0])["violations"] == [{"property": "image", "message": NEVER_ENDED}]
    # Before the beginning is noted nothing is counted, after the last step there is nothing left to do.
    middle = ends[ends.index("failed") : len(ends) - ends[::-1].index("failed")]
    assert set(middle) == {"failed"}
    assert len(middle) > 2
    assert ends[0] == ends[-1] == "ready"


@ALL
@pytest.mark.parametrize("after", [False, True])
def test_what_ends_its_function_twice_is_taken_in(world: World, running: Engine, arrival: Arrival, after: bool) -> None:
    arrival(Space(world))
    (content,) = world.take(ARRIVALS)
    begin = keep(world, running)
    with counted() as calls:
        assert take_in(world, content)
    for call in range(len(calls)):
        begin()
        for _ in range(ATTEMPTS - 1):
            ended(world, content, call, after=after)
        assert take_in(world, content)
        assert the_upload(world)["status"] == "ready"
        rest(world)


@ALL
def test_busy_services_are_no_attempts(world: World, running: Engine, arrival: Arrival) -> None:
    arrival(Space(world))
    (content,) = world.take(ARRIVALS)
    begin = keep(world, running)
    with counted() as calls:
        assert take_in(world, content)
    for call in range(1, len(calls)):  # a dropped file is registered by the second
        begin()
        for _ in range(2 * ATTEMPTS):
            with refused(call, FAILED, times=faults.ATTEMPTS):
                take_in(world, content)
            assert "attempts" not in the_upload(world)
            world.advance(minutes=15)
        assert take_in(world, content)
        assert the_upload(world)["status"] == "ready", call


def test_an_attempt_whose_answer_is_lost_is_one(world: World, running: Engine) -> None:
    post_image(Space(world))
    (content,) = world.take(ARRIVALS)
    with answer_lost("UpdateItem"), pytest.raises(Killed), faults.killed_before("TransactWriteItems"):
        take_in(world, content)
    assert len(the_upload(world)["attempts"]) == 1  # pyright: ignore[reportArgumentType]


def test_nobody_gives_up_what_others_may_be_at_work_on(world: World, running: Engine) -> None:
    post_image(Space(world))
    (content,) = world.take(ARRIVALS)
    for _ in range(ATTEMPTS):
        with pytest.raises(Killed), faults.killed_before("TransactWriteItems"):
            take_in(world, content)
    world.now += ATTEMPT_LIFE / 2
    assert not take_in(world, content)
    assert the_upload(world)["status"] == "pending"
    world.now += ATTEMPT_LIFE / 2
    assert take_in(world, content)
    assert the_upload(world)["status"] == "failed"


def test_what_has_failed_is_not_told_of_again(world: World, running: Engine) -> None:
    drop_image(Space(world))
    (content,) = world.take(ARRIVALS)
    announced = list[int]()
    for _ in range(ATTEMPTS + 2):
        with contextlib.suppress(Killed), faults.killed_before("TransactWriteItems"):
            world.receive(ARRIVALS, [content])
        world.advance(minutes=16)
        announced.append(reconcile(world).get("ArrivalsAnnounced", 0))
        world.take(ARRIVALS)
    assert announced == [1] * ATTEMPTS + [0, 0]
