"""Work that takes many messages to one queue: it comes to its end, also where Lambda stops such chains of 16."""

from collections.abc import Callable, Iterator, Mapping
from unittest.mock import Mock

import pytest

from constellation.aws.items import from_wire
from constellation.aws.queue import Queue
from constellation.aws.resources import CONSTELLATIONS, IMAGES, ORIGINALS, REMOVALS
from constellation.aws.table import Table
from constellation.cleanup import clean_up_folder
from constellation.common.ids import new_id
from constellation.images import comment_store as comments
from constellation.images import store as images
from constellation.runtime import chains
from constellation.search import index
from constellation.workspaces import folder_store as folders
from constellation.workspaces.model import Location
from infra import flows
from tests.support.chains import copies, drained, filled, healed
from tests.support.consistency import assert_at_rest, shelf, workspaces
from tests.support.engine import Engine, engine
from tests.support.faults import calls_take
from tests.support.spaces import Space, own_image
from tests.support.world import RECURSIONS, World

LINKS = 42
"""Messages of the longest chain: more than 20,000 images take, which are 500 a message."""


@pytest.fixture
def tables(world: World) -> Iterator[Engine]:
    with engine() as made:
        yield made


@pytest.fixture
def space(world: World, tables: Engine) -> Space:
    return Space(world)


def emptied(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is deleted that takes so many messages to empty."""
    monkeypatch.setattr(clean_up_folder, "PART", 2)
    folder = space.folder(space.folder())
    filled(space, folder, 2 * LINKS)
    assert space.delete_folder(folder).status == 200


def swept(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image is deleted whose comments take so many messages to remove."""
    monkeypatch.setattr(comments, "PART", 1)
    image = space.image()
    item = {"pk": f"IMAGE#{image}", "author": space.owner.user_id, "content": "Oh."}
    sks = (f"COMMENT#2025-07-11T12:00:00.000Z#{new_id()}" for _ in range(2 * LINKS))  # two chains, one at once
    Table(IMAGES).put_many({**item, "sk": sk} for sk in sks)
    assert space.delete_image(image).status == 200


def indexed(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are images that take so many messages to index, one each."""
    monkeypatch.setattr(index, "FEWEST", 1)
    monkeypatch.setattr(index, "SLICE", 1)
    monkeypatch.setattr(index, "BUDGET", 0)
    first = images.get(own_image(space.world, space.owner))
    assert first
    copies(first, LINKS)
    space.world.advance(minutes=5)


CHAINS: Mapping[str, tuple[Callable[[Space, pytest.MonkeyPatch], None], str]] = {
    "a folder is emptied": (emptied, "clean_up_folder"),
    "comments are removed": (swept, "clean_up_image"),
    "a list is indexed": (indexed, "index_images"),
}


def is_done(space: Space) -> bool:
    """Nothing is left of what was deleted, and every image is in the index."""
    now, spaces = shelf(space.world), workspaces(space.world)
    behind = [id_ for id_ in now.records if not any(id_ == image for _, _, image in now.entries)]
    indexed_ = not behind or index.FEWEST > 1
    return not (spaces.files or spaces.removals or now.sweeps or now.comments) and indexed_


@pytest.mark.parametrize("what", CHAINS)
def test_a_chain_of_many_messages_comes_to_its_end(
    world: World, space: Space, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, _ = CHAINS[what]
    begin(space, monkeypatch)
    assert drained(world) >= LINKS > 2 * RECURSIONS
    assert world.dropped == []
    assert is_done(space)
    assert_at_rest(world)


@pytest.mark.parametrize("what", CHAINS)
@pytest.mark.parametrize("by", ["template", "Lambda"])
def test_a_chain_that_is_stopped_is_gone_on_with(
    world: World, space: Space, what: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, function = CHAINS[what]
    if by == "Lambda":
        world.allows_loops = False
    else:
        monkeypatch.setattr(flows, "looping", Mock(return_value=frozenset[str]()))
    begin(space, monkeypatch)
    drained(world)
    assert function in world.dropped
    assert not is_done(space)
    assert healed(world, lambda: is_done(space)) <= 4
    assert_at_rest(world)
    assert world.objects(ORIGINALS).keys() == {f"images/{id_}" for id_ in shelf(world).records}


def test_a_deleted_constellation_is_emptied_to_the_last_item(
    world: World, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.allows_loops = False
    monkeypatch.setattr(clean_up_folder, "PART", 2)
    filled(space, space.folder(), 2 * LINKS)
    assert space.ask("delete_constellation").status == 200
    drained(world)
    assert world.dropped
    healed(world, lambda: world.items(CONSTELLATIONS) == [])
    assert (shelf(world).records, world.objects(ORIGINALS)) == ({}, {})
    assert_at_rest(world)


def test_a_chain_without_progress_ends_and_is_told_of(
    world: World,
    space: Space,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Somebody always changes the images first, say."""
    emptied(space, monkeypatch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "delete", Mock(return_value=False))
        assert drained(world) <= chains.MOST_IDLE + 2
        assert "chain stopped" in caplog.text
        assert chains.STOPPED in capsys.readouterr().out
        world.advance(minutes=16)
        assert world.invoke("reconcile", {})["RemovalsResumed"] == 1
        assert world.invoke("reconcile", {})["RemovalsResumed"] == 0
        assert drained(world) <= chains.MOST_IDLE + 1
    healed(world, lambda: is_done(space))
    assert_at_rest(world)


def test_a_chain_ends_at_its_bound_and_is_gone_on_with(
    world: World, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean_up_folder, "MOST_PARTS", 10)
    emptied(space, monkeypatch)
    assert drained(world) <= 12
    assert not is_done(space)
    assert healed(world, lambda: is_done(space)) in (4, 5)
    assert_at_rest(world)


def test_messages_of_parts_that_are_done_come_to_nothing(
    world: World, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often a removal is asked for, one chain does it."""
    emptied(space, monkeypatch)
    for _ in range(5):
        world.deliver(REMOVALS)
    (removed,) = workspaces(world).removals
    content = {"constellation": removed[0], "folder": removed[1], "closed": True}
    for part in range(4):
        Queue(REMOVALS).send({**content, "part": part})
    before = len(shelf(world).records)
    world.deliver(REMOVALS)
    assert before - len(shelf(world).records) == 2
    assert len(world.messages(REMOVALS)) == 2  # the next part, and that of later, which comes to nothing
    drained(world)
    assert_at_rest(world)


def test_entries_of_images_that_there_are_not_go(world: World, space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_up_folder, "PART", 2)
    folder = space.folder()
    lost = folders.to_file(Location(space.id, folder), new_id(), "lost", "gif", "2025")["Put"]["Item"]
    Table(CONSTELLATIONS).put_many([from_wire(lost)])
    assert space.delete_folder(folder).status == 200
    drained(world)
    assert is_done(space)
    assert_at_rest(world)


def test_the_index_that_is_up_to_date_is_left_alone(
    world: World, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed(space, monkeypatch)
    with calls_take(world, 0.01):
        drained(world)
    world.advance(minutes=16)
    assert world.invoke("reconcile", {})["ListsIndexedAgain"] == 0
    assert_at_rest(world)
