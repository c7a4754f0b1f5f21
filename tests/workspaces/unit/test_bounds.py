"""What requests read while a deleted folder is emptied, and how many folders there can be."""

import json
import random
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import CONSTELLATIONS
from constellation.common.ids import new_id
from constellation.workspaces import create_folder as making
from constellation.workspaces import delete_folder
from constellation.workspaces import folder_store as folders
from constellation.workspaces.model import FolderGone
from constellation.workspaces.reach import HIGHEST
from constellation.workspaces.tree import Folder
from tests.support.consistency import assert_at_rest, settle, workspaces
from tests.support.engine import Engine
from tests.support.faults import Killed, after_call, answer_lost, killed
from tests.support.interleaving import interleaved
from tests.support.meter import Bill, metered
from tests.support.spaces import Space, small_parts, work_off
from tests.support.world import Answer, World, event, load

MOST = 50_000
"""Folders that a constellation can have."""

LISTS = ("share_list_public_images", "share_list_own_images", "share_find_images", "workspace_list_images")

FULL = {"message": "A constellation has at most 50,000 folders"}


@pytest.fixture
def space(world: World, shelves: Engine) -> Space:
    """A constellation."""
    return Space(world)


def keep(shelves: Engine, made: Sequence[Folder]) -> None:
    """Put folders into the table."""
    shelves.load(CONSTELLATIONS, (part["Put"]["Item"] for each in made for part in folders.to_create(each)))


def beside(space: Space, number: int) -> list[Folder]:
    """So many folders in the root."""
    return [Folder(new_id(), space.id, "Beside", space.root) for _ in range(number)]


def chain(space: Space, length: int) -> list[Folder]:
    """So many folders in each other, the first of them in the root."""
    made = list[Folder]()
    for _ in range(length):
        made.append(Folder(new_id(), space.id, "In", made[-1].id if made else space.root))
    return made


def deleting(space: Space) -> str:
    """The id of a folder that is deleted and not yet emptied, with an image in it."""
    folder = space.folder()
    image = space.image(folder)
    assert space.delete_folder(folder).status == 200
    return image


# What is read


def spent(space: Space, shelves: Engine, image: str, folder: str, gone: str) -> dict[str, Bill]:
    """What requests cost that must know whether folders are there."""
    requests: dict[str, dict[str, Any]] = {
        "get_folder": {"folder_uuid": folder},
        "workspace_get_image": {"image_uuid": image, "query": {}},
        "share_get_image": {"image_id": image},
        "render_image": {"image_id": f"{image}.gif"},
        "share_list_public_images": {"page": "1"},
        "share_list_own_images": {"page": "1"},
        "share_find_images": {"query": {"uuid[]": [image, gone]}},
        "list_comments": {"image_uuid": image},
        "workspace_list_images": {"query": {"constellation_uuid": space.id}},
    }
    bills = dict[str, Bill]()
    for function, parts in requests.items():
        with metered(shelves) as bill:
            answer = space.ask(function, **parts)
        assert answer.status == 200, (function, answer.body)
        assert gone.encode() not in answer.body, function
        assert image.encode() in answer.body or function not in LISTS
        bills[function] = bill
    return bills


def test_a_removal_makes_nobody_read_the_whole_tree(world: World, shelves: Engine) -> None:
    """Neither what is read nor the calls depend on the number of folders."""
    found = list[dict[str, tuple[float, int]]]()
    for number in (5, 4000):
        space = Space(world)
        keep(shelves, beside(space, number))
        nested = chain(space, 3)
        keep(shelves, nested)
        image = space.image(nested[-1].id)
        gone = deleting(space)
        for each in (image, gone):
            space.share(each, isPublic=True)
        bills = spent(space, shelves, image, nested[-1].id, gone)
        found.append({function: (bill.reads, bill.calls) for function, bill in bills.items()})
        space.ask("share_delete_image", image_id=image)
    few, many = found
    assert few == many
    assert max(reads for reads, _ in many.values()) <= 12
    assert max(calls for _, calls in many.values()) <= 10


def test_folders_are_looked_at_level_by_level(world: World, shelves: Engine, space: Space) -> None:
    """Those above many images are read once, all of one level together; what is gone, twice. Then the images are."""
    outer = chain(space, 4)
    inner = [Folder(new_id(), space.id, "Inner", outer[-1].id) for _ in range(30)]
    keep(shelves, [*outer, *inner])
    images = [space.image(folder.id) for folder in inner]
    gone = deleting(space)
    with metered(shelves) as bill:
        listed = space.ask("workspace_list_images", query={"constellation_uuid": space.id}).json["images"]
    assert {entry["image_uuid"] for entry in listed} == set(images)
    assert gone not in str(listed)
    assert bill.operations == {"BatchGetItem": 1 + 5 + 1 + 1, "Query": 1}
    assert bill.reads <= 2 + 34 + 5 + 15


@pytest.mark.parametrize(("levels", "status"), [(HIGHEST, 200), (HIGHEST + 1, 404)])
def test_what_lies_too_deep_is_not_there_as_long_as_a_removal_lasts(
    world: World, shelves: Engine, space: Space, levels: int, status: int
) -> None:
    nested = chain(space, levels)
    keep(shelves, nested)
    image = space.image(nested[-1].id)
    deleting(space)
    with metered(shelves) as bill:
        assert space.ask("get_folder", folder_uuid=nested[-1].id).status == status
    assert bill.calls <= 2 * HIGHEST + 4
    assert space.ask("share_get_image", image_id=image).status == status
    work_off(world)
    assert space.ask("get_folder", folder_uuid=nested[-1].id).status == 200
    assert space.ask("share_get_image", image_id=image).status == 200


def test_what_is_below_a_deleted_folder_is_gone_before_and_after_its_records(
    world: World, shelves: Engine, space: Space
) -> None:
    """At any depth, and also while only some records are gone."""
    nested = chain(space, 6)
    keep(shelves, nested)
    images = [space.image(folder.id) for folder in nested]
    assert space.delete_folder(nested[1].id).status == 200
    for closed in range(len(nested)):
        for folder, image in zip(nested, images, strict=True):
            status = 200 if folder is nested[0] else 404
            assert space.ask("get_folder", folder_uuid=folder.id).status == status
            assert space.ask("share_get_image", image_id=image).status == status
        if closed > 1:
            folders.close([nested[closed].id])
    settle(world)
    assert_at_rest(world)


def test_a_folder_that_moves_out_of_one_that_goes_is_there_all_the_time(
    world: World, shelves: Engine, space: Space
) -> None:
    """Whoever looks for it has read where it lay, and then that is gone."""
    deleting(space)
    calls = 0

    def moves(folder: str, outer: str) -> None:
        nonlocal calls
        calls += 1
        assert space.move_folder(folder, space.root).status == 200
        assert space.delete_folder(outer).status == 200

    for number in range(1, 6):
        outer = space.folder()
        folder = space.folder(space.folder(outer))
        inner = space.folder(folder)
        with after_call(number, partial(moves, folder, outer)):
            assert space.ask("get_folder", folder_uuid=inner).status == 200
    assert calls == 5


def test_a_circle_that_a_moment_shows_ends(world: World, shelves: Engine, space: Space) -> None:
    """Records of two folders that were read before and after moves."""
    one, other = new_id(), new_id()
    keep(shelves, [Folder(one, space.id, "One", other), Folder(other, space.id, "Other", one)])
    deleting(space)
    assert space.ask("get_folder", folder_uuid=one).status == 404


# How many there can be


def counted(shelves: Engine, space: Space) -> int:
    """How many folders the constellation says that it has."""
    item = shelves.item(CONSTELLATIONS.physical_name, {"pk": {"S": f"CONSTELLATION#{space.id}"}, "sk": {"S": "META"}})
    return from_wire(item or {}).get("folderCount", 0)


def pretend(shelves: Engine, space: Space, number: int) -> None:
    """Let the constellation say that it has so many folders."""
    key = {"pk": {"S": f"CONSTELLATION#{space.id}"}, "sk": {"S": "META"}}
    item = shelves.item(CONSTELLATIONS.physical_name, key) or {}
    shelves.load(CONSTELLATIONS, [{**item, "folderCount": {"N": f"{number}"}}])


def test_the_fifty_thousand_and_first_folder_is_refused(world: World, shelves: Engine, space: Space) -> None:
    assert making.MOST_FOLDERS == MOST
    folder = space.folder()
    pretend(shelves, space, MOST - 1)
    assert space.add_folder(folder).status == 201
    refused = space.add_folder(folder)
    assert (refused.status, json.loads(refused.body)) == (400, FULL)
    assert len(space.parents()) == 2
    assert counted(shelves, space) == MOST


def test_many_at_once_pass_the_bound_not_even_by_one(
    world: World, shelves: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_FOLDERS", 20)
    for seed in range(3):
        space = Space(world)
        space.folder()
        answers: list[Answer] = interleaved(random.Random(seed), [space.add_folder] * 30)
        assert sorted(answer.status for answer in answers) == [201] * 19 + [400] * 11
        assert len(space.parents()) == counted(shelves, space) == 20


def test_a_folder_costs_one_unit_for_its_count(world: World, shelves: Engine, space: Space) -> None:
    """Two items in a transaction, which looks at the parent, and the constellation's count."""
    with metered(shelves) as bill:
        assert space.add_folder().status == 201
    assert bill.writes == 2 * 3 + 1


def test_what_was_deleted_makes_room_when_it_is_emptied(world: World, shelves: Engine, space: Space) -> None:
    """However often its end is asked for, and whatever the count was before."""
    outer = space.folder()
    for _ in range(3):
        space.folder(outer)
    kept = space.folder()
    pretend(shelves, space, MOST)
    assert space.delete_folder(outer).status == 200
    assert space.add_folder().status == 400
    settle(world)
    assert counted(shelves, space) == 1
    assert space.add_folder(kept).status == 201
    assert counted(shelves, space) == 2


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_count_of_what_was_never_made_is_repaired(world: World, shelves: Engine, space: Space, after: bool) -> None:
    with pytest.raises(Killed), killed(1, after=after):  # the call that counts
        space.add_folder()
    with answer_lost("UpdateItem"):
        space.folder()
    assert counted(shelves, space) == 2 + after
    assert space.delete_folder(space.folder()).status == 200
    settle(world)
    assert counted(shelves, space) == 1
    assert_at_rest(world)


def test_folders_that_are_made_while_it_is_counted_are_counted_too(
    world: World, shelves: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of which the transaction has not come yet are missing: no more than are being made just then."""
    for seed in range(30):
        space = Space(world)
        folder = space.folder()
        space.folder(folder)
        assert space.delete_folder(folder).status == 200
        with small_parts():
            interleaved(random.Random(seed), [partial(work_off, world), *[space.add_folder] * 4])
        settle(world)
        assert 0 <= len(space.parents()) - counted(shelves, space) <= 4
        assert len(space.parents()) == 4
        assert not workspaces(world).metas[space.id]["removals"]


def test_without_its_constellation_no_folder_is_counted(world: World, shelves: Engine, space: Space) -> None:
    assert space.ask("delete_constellation").status == 200
    settle(world)
    with pytest.raises(FolderGone):
        folders.create(Folder(new_id(), space.id, "Late", space.root), MOST)
    assert workspaces(world).metas == {}
    assert_at_rest(world)


def test_deletions_under_way_are_bounded(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is noted in the constellation's own item, which every request reads and DynamoDB bounds to 400 KB."""
    monkeypatch.setattr(delete_folder, "MOST_REMOVALS", 2)
    doomed = [space.folder() for _ in range(3)]
    assert [space.delete_folder(each).status for each in doomed[:2]] == [200, 200]
    handler: Any = load("delete_folder")
    happening = event("DELETE", "/", path_parameters={"folder_uuid": doomed[2]}, caller=space.owner)
    refused = handler(happening, None, now=space.world.now)
    assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (503, "5")
    assert space.ask("get_folder", folder_uuid=doomed[2]).status == 200
    settle(space.world)
    assert space.delete_folder(doomed[2]).status == 200
    settle(space.world)
    assert_at_rest(space.world)
