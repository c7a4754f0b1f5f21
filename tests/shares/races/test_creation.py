"""A share that is created while its target is deleted: it exists before the clean-up, or it is refused."""

from collections.abc import Callable

import pytest

from constellation.runtime.request import Caller
from tests.support.consistency import assert_at_rest, settle, shelf
from tests.support.faults import after_call
from tests.support.sharing import Client
from tests.support.spaces import ask
from tests.support.state import keep
from tests.support.workspace import Workspace, created
from tests.support.world import World

MOST_CALLS = 30


def _image(anna: Client) -> tuple[str, str]:
    id_ = anna.image()
    return id_, f"/api/image/{id_}"


def _image_within(anna: Client) -> tuple[str, str]:
    id_ = Workspace(anna).image()
    return id_, f"/images/{id_}"


def _collection(anna: Client) -> tuple[str, str]:
    id_ = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    return id_, f"/api/collections/{id_}"


def _folder(anna: Client) -> tuple[str, str]:
    id_ = Workspace(anna).folder()
    return id_, f"/folders/{id_}"


def _folder_below(anna: Client) -> tuple[str, str]:
    space = Workspace(anna)
    above = space.folder()
    return space.folder(parent=above), f"/folders/{above}"


def _constellation(anna: Client) -> tuple[str, str]:
    space = Workspace(anna)
    return space.id, space.path


MAKERS: list[tuple[str, Callable[[Client], tuple[str, str]]]] = [
    ("image", _image),
    ("image", _image_within),
    ("collection", _collection),
    ("folder", _folder),
    ("folder", _folder_below),
    ("constellation", _constellation),
]


@pytest.mark.parametrize(("type_", "maker"), MAKERS)
def test_no_share_is_left_whose_target_was_deleted_meanwhile(
    world: World, type_: str, maker: Callable[[Client], tuple[str, str]]
) -> None:
    """The target is deleted and cleaned up after each call of the creation in turn."""
    anna = Client(world)
    id_, path = maker(anna)
    kept, body, begun = keep(), {"target": {"type": type_, "id": id_}}, world.now
    statuses = list[int]()
    for number in range(1, MOST_CALLS):
        kept.restore()
        world.now = begun
        happened = list[int]()

        def delete(happened: list[int] = happened) -> None:
            happened.append(1)
            assert anna.ask("DELETE", path).status in (200, 204)
            settle(world)

        with after_call(number, delete):
            status = ask(world, "create_share", Caller(anna.id, session_id="session"), body).status
        if not happened:
            assert status == 201
            break
        settle(world)
        assert shelf(world).shares == {}
        assert_at_rest(world)
        statuses.append(status)
    assert set(statuses) == {404, 201}


def test_an_image_that_moves_meanwhile_is_shared_where_it_lies(world: World) -> None:
    """So that the administrators of the constellation see the share."""
    anna = Client(world)
    image = anna.image()
    space = Workspace(anna)
    kept, body, begun = keep(), {"target": {"type": "image", "id": image}}, world.now
    number = 0
    for number in range(1, MOST_CALLS):
        kept.restore()
        world.now = begun
        happened = list[int]()

        def move(happened: list[int] = happened) -> None:
            happened.append(1)
            answer = anna.ask("PATCH", f"/images/{image}", json={"constellation_uuid": space.id})
            assert answer.status == 200
            settle(world)

        with after_call(number, move):
            share = created(ask(world, "create_share", Caller(anna.id, session_id="session"), body))
        if not happened:
            break
        settle(world)
        listed = anna.ask("GET", f"{space.path}/shares").json["data"]
        assert [each["id"] for each in listed] == [share["id"]]
        assert_at_rest(world)
    assert 2 < number < MOST_CALLS - 1
