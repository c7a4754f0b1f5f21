"""Doings in constellations ended at every AWS call, before its effect and after, and repeated as clients and queues do.

What is in the end is right, and what is deleted is never seen by half.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from unittest.mock import Mock

import pytest

from constellation.aws.resources import REMOVALS
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Right
from tests.support.arrivals import keep
from tests.support.consistency import assert_at_rest, assert_filed, assert_nothing_lost, settle, shelf, workspaces
from tests.support.engine import Engine, engine
from tests.support.faults import Killed, after_call, answer_lost, at_every_moment, killed
from tests.support.spaces import Space, empty, newcomer, own_image, small_parts, work_off
from tests.support.world import Answer, World


class Scene(Space):
    """A constellation with folders in folders and images in all of them, a member, and an image that is not in it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.outer, self.beside = self.folder(), self.folder()
        self.inner = self.folder(self.outer)
        self.aside = self.image(self.beside)
        self.images = [self.image(folder) for folder in (self.outer, self.inner, self.inner, self.inner)]
        self.said = self.comment(self.aside)
        self.user, self.stranger = self.member(Right.READ), newcomer(world)
        self.own = own_image(world, self.owner)

    @property
    def below(self) -> set[str]:
        """Its outer folder with what lies in it."""
        return {self.outer, self.inner, *self.images}

    @property
    def content(self) -> set[str]:
        """All that lies in it."""
        return self.below | {self.beside, self.aside}

    def sights(self) -> set[str]:
        """What of its content is seen, an image in every way or in none."""
        folders = self._seen("get_folder", self.outer, self.inner, self.beside)
        images = self._seen("workspace_get_image", self.aside, *self.images)
        assert self._seen("share_get_image", self.aside, *self.images) == images
        assert self._seen("render_image", self.aside, *self.images) == images
        listed = self.ask("workspace_list_images").json["images"]
        assert {entry["image_uuid"] for entry in listed} & self.content == images
        listed = self.ask("share_list_own_images", page="1", query={"limit": "100"}).json["data"]
        assert {entry["id"] for entry in listed} & self.content == images
        is_there = self.ask("get_constellation").status == 200
        assert (self.parents().keys() & self.content if is_there else set[str]()) == images | folders
        return folders | images

    def count(self, folder: str, **fields: str) -> int:
        """How many things with these fields lie in a folder."""
        children = self.ask("get_folder", folder_uuid=folder).json["children"]
        return sum(child | fields == child for child in children)

    def comments(self) -> int:
        """How many there are on the image beside."""
        return len(self.ask("list_comments", image_uuid=self.aside).json)

    def _seen(self, function: str, *ids: str) -> set[str]:
        suffix = ".gif" if function == "render_image" else ""
        answers = {id_: self.ask(function, folder_uuid=id_, image_uuid=id_, image_id=f"{id_}{suffix}") for id_ in ids}
        assert {answer.status for answer in answers.values()} <= {200, 404}
        return {id_ for id_, answer in answers.items() if answer.status == 200}


@dataclass(frozen=True)
class Doing:
    """Something done in so many AWS calls; ``done`` says how many times it is.

    ``writes`` are the operations whose answer can get lost; ``goes`` is what is not seen any more, all of it at once.
    """

    name: str
    calls: int
    do: Callable[[Scene], object]
    done: Callable[[Scene], int]
    writes: tuple[str, ...] = ("TransactWriteItems",)
    goes: Callable[[Scene], set[str]] = lambda _: set[str]()
    prepare: Callable[[Scene], object] = lambda _: None
    adds: bool = False

    def __str__(self) -> str:
        return self.name


def emptied(scene: Scene) -> None:
    """What was asked for at once; what is left for later, in case of an end in between, is not needed."""
    while scene.world.deliver(REMOVALS):
        pass
    assert_nothing_lost(workspaces(scene.world))


def without_folders(scene: Scene) -> None:
    """Somebody else has deleted its folders, and they are empty."""
    for folder in (scene.outer, scene.beside):
        assert scene.delete_folder(folder).status in (200, 404)  # one may lie in the other
    work_off(scene.world)


def without_itself(scene: Scene) -> None:
    """Somebody else has deleted it, and it is empty."""
    assert scene.ask("delete_constellation").status in (200, 404)  # it may have done so itself
    work_off(scene.world)


QUEUED = ("SendMessage", "TransactWriteItems")
CLEANED = ("BatchWriteItem", "TransactWriteItems", "SendMessageBatch", "SendMessage")

REQUESTS = [
    Doing(
        "constellation created",
        1,
        lambda scene: scene.ask("create_constellation", {"name": "New"}),
        lambda scene: sum(each["name"] == "New" for each in scene.ask("list_constellations").json),
        adds=True,
    ),
    Doing(
        "constellation renamed",
        2,
        lambda scene: scene.ask("rename_constellation", {"name": "New"}),
        lambda scene: scene.ask("get_constellation").json["name"] == "New",
        ("UpdateItem",),
    ),
    Doing(
        "constellation deleted",
        4,
        lambda scene: scene.ask("delete_constellation"),
        lambda scene: scene.ask("get_constellation").status == 404,
        ("SendMessage", "DeleteItem"),
        lambda scene: scene.content,
    ),
    Doing(
        "connected",
        4,
        lambda scene: scene.connect(scene.stranger, Right.ADMIN),
        lambda scene: workspaces(scene.world).members[scene.id].get(scene.stranger.user_id) is Right.ADMIN,
    ),
    Doing(
        "disconnected",
        3,
        lambda scene: scene.disconnect(scene.user),
        lambda scene: scene.user.user_id not in workspaces(scene.world).members[scene.id],
    ),
    Doing(
        "folder created",
        4,
        lambda scene: scene.add_folder(scene.outer, "New"),
        lambda scene: scene.count(scene.outer, name="New"),
        ("UpdateItem", "TransactWriteItems"),
        adds=True,
    ),
    Doing(
        "folder renamed",
        3,
        lambda scene: scene.change_folder(scene.outer, name="New"),
        lambda scene: scene.count(scene.root, name="New"),
    ),
    Doing(
        "folder moved",
        4,
        lambda scene: scene.move_folder(scene.outer, scene.beside),
        lambda scene: scene.count(scene.beside, uuid=scene.outer),
    ),
    Doing(
        "folder deleted",
        5,
        lambda scene: scene.delete_folder(scene.outer),
        lambda scene: scene.ask("get_folder", folder_uuid=scene.inner).status == 404,
        QUEUED,
        lambda scene: scene.below,
    ),
    Doing(
        "image added",
        6,
        lambda scene: scene.add_image(scene.outer),
        lambda scene: scene.count(scene.outer, type="file") - 1,
        ("PutObject", *QUEUED),
        adds=True,
    ),
    Doing(
        "image renamed",
        4,
        lambda scene: scene.change_image(scene.aside, name="New"),
        lambda scene: scene.count(scene.beside, name="New"),
        QUEUED,
    ),
    Doing(
        "image moved and renamed",
        5,
        lambda scene: scene.change_image(scene.aside, name="New", folder_uuid=scene.inner),
        lambda scene: scene.count(scene.inner, name="New"),
        QUEUED,
    ),
    Doing(
        "image put into the constellation",
        7,
        lambda scene: scene.change_image(scene.own, constellation_uuid=scene.id, folder_uuid=scene.beside),
        lambda scene: scene.count(scene.beside, uuid=scene.own),
        QUEUED,
    ),
    Doing(
        "image deleted",
        6,
        lambda scene: scene.delete_image(scene.aside),
        lambda scene: scene.ask("list_comments", image_uuid=scene.aside).status == 404,
        QUEUED,
        lambda scene: {scene.aside},
    ),
    Doing(
        "comment added",
        4,
        lambda scene: scene.add_comment(scene.aside),
        lambda scene: scene.comments() - 1,
        adds=True,
    ),
    Doing(
        "comment deleted",
        5,
        lambda scene: scene.ask("delete_comment", image_uuid=scene.aside, comment_uuid=scene.said),
        lambda scene: scene.comments() == 0,
    ),
]
EMPTYINGS = [
    Doing(
        "folder emptied",
        35,
        emptied,
        lambda scene: not shelf(scene.world).records.keys() & set(scene.images),
        CLEANED,
        lambda scene: scene.below,
        lambda scene: scene.delete_folder(scene.outer),
    ),
    Doing(
        "constellation emptied",
        52,
        emptied,
        lambda scene: scene.id not in workspaces(scene.world).members,
        CLEANED,
        lambda scene: scene.content,
        lambda scene: scene.ask("delete_constellation"),
    ),
]
DOINGS = [*REQUESTS, *EMPTYINGS]


@pytest.fixture
def tables() -> Iterator[Engine]:
    """The engine's tables."""
    with engine() as made:
        yield made


@pytest.fixture
def scenes(world: World, tables: Engine) -> Iterator[Callable[[Doing], Scene]]:
    """Makes scenes in which something can be done."""

    def made(doing: Doing) -> Scene:
        scene = Scene(world)
        doing.prepare(scene)
        return scene

    with small_parts():
        yield made


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_all_of_it_is_seen_or_nothing_at_every_moment(
    world: World, scenes: Callable[[Doing], Scene], doing: Doing
) -> None:
    scene = scenes(doing)
    moments = 0

    def look() -> None:
        nonlocal moments
        moments += 1
        assert_filed(shelf(world), workspaces(world))
        left = scene.sights()
        assert left - doing.goes(scene) == scene.content - doing.goes(scene)
        assert left & doing.goes(scene) in (set[str](), doing.goes(scene))

    with at_every_moment(look):
        doing.do(scene)
    assert moments == doing.calls
    assert scene.sights() == scene.content - doing.goes(scene)
    assert doing.done(scene) == 1
    settle(world)
    assert_at_rest(world)


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_what_is_killed_and_repeated_ends_right(
    world: World, tables: Engine, scenes: Callable[[Doing], Scene], doing: Doing
) -> None:
    scene = scenes(doing)
    begin = keep(world, tables)
    for calls in range(doing.calls + 1):
        begin()
        end = killed(calls, after=False) if calls < doing.calls else killed(calls - 1, after=True)
        with pytest.raises(Killed), end:
            doing.do(scene)
        doing.do(scene)
        assert doing.done(scene) in ((1, 2) if doing.adds else (1,)), f"killed after {calls} calls"
        settle(world)
        assert_at_rest(world)


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_answers_that_got_lost_change_nothing(world: World, scenes: Callable[[Doing], Scene], doing: Doing) -> None:
    for operation in doing.writes:
        scene = scenes(doing)
        with answer_lost(operation):
            answer = doing.do(scene)
        assert not isinstance(answer, Answer) or answer.status in (200, 201)
        assert doing.done(scene) == 1, operation
        settle(world)
        assert_at_rest(world)


@pytest.mark.parametrize("end", [without_folders, without_itself])
@pytest.mark.parametrize("doing", REQUESTS, ids=str)
def test_what_meets_the_end_of_everything_is_refused_or_ends_with_it(
    world: World, scenes: Callable[[Doing], Scene], doing: Doing, end: Callable[[Scene], None]
) -> None:
    content = set[str]()
    for number in range(1, doing.calls + 1):
        scene = scenes(doing)
        content |= scene.content
        with after_call(number, partial(end, scene)):
            doing.do(scene)
    settle(world)
    assert_at_rest(world)
    assert not content & ({folder.id for folder in workspaces(world).records} | shelf(world).records.keys())


@pytest.mark.parametrize("is_empty", [False, True], ids=["to be emptied", "emptied"])
def test_a_folder_does_not_move_to_where_somebody_deletes(world: World, is_empty: bool) -> None:
    """Not into a folder below a deleted one either, be that emptied already or not."""

    def deletes(scene: Scene) -> None:
        assert scene.delete_folder(scene.beside).status == 200
        if is_empty:
            work_off(world)

    with engine(), small_parts():
        for number in range(1, 4):
            scene = Scene(world)
            target = scene.folder(scene.beside)
            with after_call(number, partial(deletes, scene)):
                assert scene.move_folder(scene.outer, target).status == 400
            assert scene.parents().keys() == scene.below
        settle(world)
        assert_at_rest(world)


CHANGES: Mapping[str, tuple[int, Callable[[Scene, Caller], Answer]]] = {
    "connects": (4, lambda scene, admin: scene.connect(scene.stranger, Right.ADMIN, admin)),
    "raises": (4, lambda scene, admin: scene.connect(scene.user, Right.WRITE, admin)),
    "disconnects": (3, lambda scene, admin: scene.disconnect(scene.user, admin)),
}
"""What an ADMIN does, and in how many AWS calls."""


@pytest.mark.parametrize("status", [403, 404], ids=["lowered", "disconnected"])
@pytest.mark.parametrize("change", CHANGES)
def test_who_is_no_admin_any_more_changes_nobody(world: World, change: str, status: int) -> None:
    """Also who was one when it asked."""
    calls, do = CHANGES[change]
    with engine():
        for number in range(1, calls):
            scene = Scene(world)
            admin = scene.member(Right.ADMIN)
            ends = partial(scene.connect, admin, Right.READ) if status == 403 else partial(scene.disconnect, admin)
            with after_call(number, ends):
                assert do(scene, admin).status == status
            rights = workspaces(world).members[scene.id]
            assert rights.pop(admin.user_id, Right.READ) is Right.READ
            assert rights == {scene.owner.user_id: Right.ADMIN, scene.user.user_id: Right.READ}


def test_two_who_empty_a_folder_at_once_leave_nothing(world: World) -> None:
    """One comes just after each call of the other, and takes away what that has found."""
    with engine(), small_parts():
        number = 0
        for number in range(1, 40):
            space = Space(world)
            folder = space.folder()
            for _ in range(5):
                space.image(folder)
            assert space.delete_folder(folder).status == 200
            other = Mock(side_effect=partial(empty, space, folder))
            with after_call(number, other):
                empty(space, folder)
            settle(world)
            assert_at_rest(world)
            if not other.called:
                break
        assert 16 < number < 39
