"""What many do at once to one thing is done, one after the other: nobody is sent away."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from constellation.aws import retry
from constellation.aws.table import Part
from constellation.workspaces import folder_store as folders
from constellation.workspaces.rights import Right
from tests.support.consistency import assert_at_rest, assert_filed, settle, shelf, workspaces
from tests.support.contention import Contention
from tests.support.engine import engine
from tests.support.interleaving import interleaved
from tests.support.sharing import Client
from tests.support.spaces import Space, newcomer, own_image, small_parts, work_off
from tests.support.uploads_api import ask as ask_for_upload
from tests.support.uploads_api import posted
from tests.support.workspace import Workspace
from tests.support.world import World

Doing = Callable[[], Any]


@pytest.fixture
def space(world: World) -> Iterator[Space]:
    with engine():
        yield Space(world)


def statuses(answers: list[Any]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def test_two_hundred_uploads_into_one_folder_at_once(world: World, space: Space) -> None:
    folder = space.folder()
    contention = Contention()
    answers = contention.run(random.Random(7), [partial(space.add_image, folder)] * 200)
    assert statuses(answers) == {201: 200}
    assert contention.refused > 200
    assert contention.lasted < 3
    assert len(space.parents()) == 201
    settle(world)
    assert_at_rest(world)


def test_uploads_that_lie_in_no_folder_wait_for_each_other(world: World, space: Space) -> None:
    contention = Contention()
    answers = contention.run(random.Random(7), [partial(own_image, world, space.owner)] * 200)
    assert len(set(answers)) == 200
    assert contention.lasted < 3
    settle(world)
    assert_at_rest(world)


def doings(space: Space) -> Iterator[tuple[str, list[Doing], int]]:
    """Fifty of each that meet at one item."""
    image, folder = space.image(), space.folder()
    people = [newcomer(space.world) for _ in range(50)]
    own = [own_image(space.world, space.owner) for _ in range(50)]
    yield "comments", [partial(space.add_comment, image)] * 50, 201
    yield "connections", [partial(space.connect, each, Right.READ) for each in people], 200
    firmware = {"label": "pump", "fw_version": "1.0.0", "constellation_uuid": space.id}
    yield "firmware", [partial(space.ask, "create_firmware", firmware)] * 50, 201
    yield "folders", [partial(space.add_folder, folder)] * 50, 201
    moves = [partial(space.change_image, each, constellation_uuid=space.id, folder_uuid=folder) for each in own]
    yield "moves", moves, 200


@pytest.mark.parametrize("what", ["comments", "connections", "firmware", "folders", "moves"])
def test_fifty_at_one_thing_within_half_a_second(world: World, space: Space, what: str) -> None:
    chosen, status = next((chosen, status) for name, chosen, status in doings(space) if name == what)
    contention = Contention()
    answers = contention.run(random.Random(7), chosen, within=0.5)
    assert statuses(answers) == {status: 50}
    assert contention.refused
    settle(world)
    assert_at_rest(world)


def test_a_folder_that_goes_while_much_comes_takes_all_of_it(world: World) -> None:
    """Whoever is not refused goes with the folder, whichever condition it was filed on."""
    ended = Counter[int]()
    with engine(), small_parts():
        for seed in range(6):
            space = Space(world)
            folder = space.folder(outer := space.folder())
            doings = [
                partial(space.delete_folder, outer),
                *[partial(space.add_image, folder)] * 12,
                *[partial(work_off, world)] * 2,
            ]
            deleted, *others = Contention().run(random.Random(seed), doings, within=0.3)
            assert deleted.status == 200
            ended += statuses(others[:12])
            assert_filed(shelf(world), workspaces(world))
            settle(world)
            assert space.parents() == {}
            assert_at_rest(world)
    assert set(ended) == {201, 400}


def test_doors_are_shut_with_their_folder(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each comes by a door, as if others were in its way at the folder's record, in turns at every call."""
    monkeypatch.setattr(folders, "transact_once", _by_doors(folders.transact_once))
    monkeypatch.setattr(retry, "PAUSES", (0,) * 9)
    ended, doors = Counter[int](), set[int]()
    with engine(), small_parts():
        for seed in range(12):
            space = Space(world)
            folder = space.folder(outer := space.folder())
            doings = [
                partial(space.delete_folder, outer),
                *[partial(space.add_image, folder)] * 3,
                partial(space.add_folder, folder),
                partial(work_off, world),
            ]
            deleted, *others, _ = interleaved(random.Random(seed), doings)
            assert deleted.status == 200
            ended += statuses(others)
            doors.add(len(workspaces(world).doors))
            settle(world)
            assert space.parents() == {}
            assert_at_rest(world)
    assert set(ended) == {201, 400}
    assert max(doors) > 0


def test_doors_take_no_other_rights(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "transact_once", _by_doors(folders.transact_once))
    monkeypatch.setattr(retry, "PAUSES", (0,) * 9)
    client = Client(world)
    space = Workspace(client)
    folder = space.folder(parent=space.folder())
    image = space.image(folder=folder)
    for each in (image, client.image()):
        moved = client.ask("PATCH", f"/images/{each}", json={"constellation_uuid": space.id, "folder_uuid": space.root})
        assert moved.status == 200
    form = ask_for_upload(client, constellation_uuid=space.id, folder_uuid=folder)
    assert posted(client, form)["status"] == "ready"
    assert {folder_id for _, folder_id in workspaces(world).doors} >= {folder, space.root}
    assert client.ask("DELETE", space.path).status == 200
    settle(world)
    assert_at_rest(world)


def _by_doors(attempt: Callable[[list[Part]], None]) -> Callable[[list[Part]], None]:
    """What is written on the condition of a folder's record meets another write, but for doors."""

    def write(parts: list[Part]) -> None:
        makes_doors = "Put" in parts[0] and parts[0]["Put"]["Item"]["sk"]["S"].startswith("DOOR#")
        if parts[-1]["ConditionCheck"]["Key"]["sk"]["S"] == "FOLDER" and not makes_doors:
            raise retry.Contended((*[False] * (len(parts) - 1), True))
        attempt(parts)

    return write


def test_who_waits_in_vain_is_told_to_come_again(world: World, space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.05, 0.1))
    image = space.image()
    with pytest.raises(AssertionError, match="503"):
        Contention().run(random.Random(7), [partial(space.add_comment, image)] * 50, within=0.5)
