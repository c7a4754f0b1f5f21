"""Files taken in while something else goes on: told of twice, deleted, withdrawn, reconciled; in many orders."""

import random
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS, DELETIONS, ORIGINALS
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Right
from tests.support.arrivals import begun, posted, put, s3_by_its_clock, take_in, tell
from tests.support.consistency import assert_at_rest, assert_no_bytes_left, settle, shelf, uploads
from tests.support.engine import engine
from tests.support.faults import Killed, after_call, killed_before
from tests.support.firmware import about, created, provided, upload
from tests.support.hex_files import firmware as hex_file
from tests.support.interleaving import interleaved
from tests.support.sharing import SMALL
from tests.support.spaces import Space, ask, work_off
from tests.support.world import World, load, queue_event, unrecorded

ROUNDS = 10
FILE = hex_file(24)

Arrival = Callable[[Space, Caller], str]
"""Lets a file of a user's come to a constellation; the answer is the id of its upload, empty where nobody knows yet."""


def posted_image(space: Space, user: Caller) -> str:
    upload_id = begun(space.world, user, kind="image", fileName="a.gif", isPublic=True, constellation_uuid=space.id)
    posted(upload_id, SMALL)
    return upload_id


def posted_binary(space: Space, user: Caller) -> str:
    image = created(space.world, user, space.id)
    upload_id = begun(space.world, user, kind="firmware", fileName="a.hex", image_id=image)
    posted(upload_id, FILE)
    return upload_id


def dropped_image(space: Space, user: Caller) -> str:
    put(f"drop/{user.user_id}/{space.id}/a.gif", SMALL)
    return ""


def dropped_firmware(space: Space, user: Caller) -> str:
    put(f"drop/{user.user_id}/{space.id}/Pump-1.2.0.hex", FILE)
    return ""


def refused(space: Space, user: Caller) -> str:
    put(f"drop/{user.user_id}/{space.id}/Pump-1.2.0.hex", FILE.replace(b":", b":FF", 1))
    return ""


ARRIVALS_OF_ALL_KINDS = [posted_image, posted_binary, dropped_image, dropped_firmware, refused]


@pytest.fixture
def shared(world: World) -> Iterator[World]:
    """A world whose tables are the engine's, and whose objects are as old as it says."""
    with engine(), s3_by_its_clock(world):
        yield world


def race(
    world: World,
    seed: int,
    *beside: Callable[[], Any],
    ended_at: Collection[int | None] = (),
    deleted: Callable[[], Collection[str]] = tuple,
) -> list[Any]:
    """What has come is told of twice at once, and ``beside`` it something is done, which is answered; all is right.

    ``ended_at`` are the calls before which the first tellings end, which then come again.
    """
    (content,) = world.take(ARRIVALS)
    tellings = [partial(take_in, world, content)] * 2
    results = interleaved(random.Random(seed), [*tellings, *beside], tuple(ended_at))
    if not all(results[:2]):
        assert take_in(world, content)
    settle(world)
    assert_at_rest(world, deleted=deleted())
    world.advance(hours=2)
    world.invoke("reconcile", {})
    settle(world)
    assert_at_rest(world, deleted=deleted())
    assert_no_bytes_left(world)
    return results[2:]


def firmware_named(world: World) -> set[str]:
    """The firmware images that there are or were, as the uploads say."""
    return {each["firmware"] or id_ for id_, each in uploads(world).items()}


def reconciled(world: World) -> Callable[[], Any]:
    """A run, while others take turns."""
    task: Any = load("reconcile")
    return lambda: task({}, None, now=world.now)


@pytest.mark.parametrize("arrival", ARRIVALS_OF_ALL_KINDS)
def test_two_tellings_at_once(shared: World, arrival: Arrival) -> None:
    """One effect, whatever the order; also where the process of one ends at some call."""
    for seed in range(ROUNDS):
        space = Space(shared)
        arrival(space, space.owner)
        chance = random.Random(seed)
        race(shared, seed, ended_at=[chance.choice((None, chance.randrange(10)))])
        ends = [each["status"] for each in uploads(shared).values()]
        assert ends == ["failed" if arrival is refused else "ready"] * (seed + 1)


@pytest.mark.parametrize("keeps_bytes", [False, True])
def test_a_deletion_of_the_image_right_after_its_creation(shared: World, keeps_bytes: bool) -> None:
    """It stays deleted; bytes that somebody puts again go, unless they are to be kept."""
    gone = 0
    for seed in range(ROUNDS):
        space = Space(shared)
        image = posted_image(space, space.owner)

        def delete(space: Space = space, image: str = image) -> int:
            for _ in range(30):
                answer = ask(shared, "share_delete_image", space.owner, {"preserveOnDisk": keeps_bytes}, image_id=image)
                if answer.status == 204:
                    swept: Any = load("clean_up_image")
                    message = {"image": image, "deletion": "first", "final": False, "links": True}
                    swept(queue_event(DELETIONS, {"message": message}), None, now=shared.now)
                    return 1
            return 0

        race(shared, seed, delete)
        now = shelf(shared)
        assert (image in now.records) != (image in now.tombstones)
        assert uploads(shared)[image]["status"] == "ready"
        gone += image in now.tombstones
    assert gone > ROUNDS // 2


@pytest.mark.parametrize("arrival", ARRIVALS_OF_ALL_KINDS[:4])
def test_rights_withdrawn(shared: World, arrival: Arrival) -> None:
    """It comes about whole, or is refused whole."""
    ends = set[str]()
    for seed in range(ROUNDS):
        space = Space(shared)
        user = space.member(Right.WRITE)
        before = uploads(shared).keys()
        arrival(space, user)
        race(shared, seed, partial(space.disconnect, user))
        ends |= {each["status"] for id_, each in uploads(shared).items() if id_ not in before}
    assert ends == {"ready", "failed"}


@pytest.mark.parametrize("arrival", ARRIVALS_OF_ALL_KINDS[:4])
def test_the_end_of_a_constellation(shared: World, arrival: Arrival) -> None:
    """Nothing is left in it."""
    for seed in range(ROUNDS):
        space = Space(shared)
        upload_id = arrival(space, space.owner)
        ended = [partial(space.ask, "delete_constellation"), *[partial(work_off, shared)] * 2]

        race(shared, seed, *ended, deleted=partial(firmware_named, shared))
        assert space.ask("get_constellation").status == 404
        assert not [record for record in shelf(shared).records.values() if record.get("constellation") == space.id]
        assert not upload_id or uploads(shared)[upload_id]["status"] != "pending"


@pytest.mark.parametrize("function", ["delete_firmware", "delete_binary"])
def test_firmware_or_its_binary_deleted(shared: World, function: str) -> None:
    """What is deleted after the binary came stays without it."""
    deleted = set[str]()
    for seed in range(ROUNDS):
        space = Space(shared)
        upload_id = posted_binary(space, space.owner)
        image = uploads(shared)[upload_id]["firmware"]
        deleted.add(image)
        race(shared, seed, partial(about, shared, function, space.owner, image), deleted=lambda: deleted)
        assert (firmware.get(image) is None) == (function == "delete_firmware")


def test_another_binary_uploaded(shared: World) -> None:
    """One of them is the binary, whole; the other is told so."""
    ends = set[tuple[str, int]]()
    for seed in range(ROUNDS):
        space = Space(shared)
        upload_id = posted_binary(space, space.owner)
        image = uploads(shared)[upload_id]["firmware"]
        answers = race(shared, seed, partial(upload, shared, space.owner, image, b"another"))
        end = uploads(shared)[upload_id]["status"]
        ends.add((end, *(answer.status for answer in answers)))
        data = about(shared, "get_binary", space.owner, image).body
        assert data == (FILE if end == "ready" else b"another")
    assert ends == {("ready", 400), ("failed", 200)}


@pytest.mark.parametrize("arrival", ARRIVALS_OF_ALL_KINDS)
def test_reconciliations_beside_what_is_late_and_was_killed_before(shared: World, arrival: Arrival) -> None:
    """They take nothing away from under what comes about."""
    for seed in range(ROUNDS):
        space, chance = Space(shared), random.Random(seed)
        before = uploads(shared).keys()
        arrival(space, space.owner)
        (content,) = shared.take(ARRIVALS)
        interleaved(chance, [partial(take_in, shared, content)], [chance.randrange(10)])
        shared.advance(hours=3)
        tell(content)
        race(
            shared, seed, reconciled(shared), reconciled(shared), ended_at=[chance.choice((None, chance.randrange(10)))]
        )
        (end,) = (each["status"] for id_, each in uploads(shared).items() if id_ not in before)
        assert end == ("failed" if arrival is refused else "ready")


class InTurn(random.Random):
    """No chance: the first has so many turns, then the second so many, then each goes to its end."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__()
        self._left = [0] * first + [1] * second

    def choice(self, seq: Any) -> Any:
        return seq[self._left.pop(0) if self._left and len(seq) > 1 else 0]


@pytest.mark.parametrize("listed", range(8, 15))
def test_bytes_that_are_put_again_while_a_reconciliation_finds_them_old(shared: World, listed: int) -> None:
    """They were put by a process that was killed; their image comes about with them."""
    for put_again in range(4, 8):
        space = Space(shared)
        image = posted_image(space, space.owner)
        (content,) = shared.take(ARRIVALS)
        with pytest.raises(Killed), killed_before("TransactWriteItems"):
            take_in(shared, content)
        assert f"images/{image}" in shared.objects(ORIGINALS)
        shared.advance(hours=3)
        interleaved(InTurn(listed, put_again), [reconciled(shared), partial(take_in, shared, content)])
        settle(shared)
        assert_at_rest(shared)
        assert_no_bytes_left(shared)
        assert uploads(shared)[image]["status"] == "ready"


@pytest.mark.parametrize("is_deleted", [False, True])
def test_firmware_whose_bytes_are_gone_changed_at_any_moment_of_a_reconciliation(
    shared: World, is_deleted: bool
) -> None:
    """A new binary is not taken away with what is gone; a run goes on where there is nothing left to heal."""
    moments, is_over = 0, False
    while not is_over:
        moments += 1
        changed = list[str]()
        space = Space(shared)
        image = provided(shared, space.owner)
        found = firmware.get(image)
        assert found
        assert found.binary
        binaries.delete(found.binary.key)
        shared.advance(hours=1)

        def change(space: Space = space, image: str = image, changed: list[str] = changed) -> None:
            changed.append(image)
            with unrecorded():
                if is_deleted:
                    assert about(shared, "delete_firmware", space.owner, image).status == 200
                else:
                    about(shared, "delete_binary", space.owner, image)
                    assert upload(shared, space.owner, image, b"another").status == 200

        with after_call(moments, change):
            shared.invoke("reconcile", {})
        is_over = not changed
        settle(shared)
        assert_at_rest(shared)
        if changed and not is_deleted:
            assert about(shared, "get_binary", space.owner, image).body == b"another"
        assert is_deleted or about(shared, "delete_firmware", space.owner, image).status == 200
    assert moments > 10
