"""Doings with firmware ended at every AWS call, before its effect and after, and repeated as clients and queues do.

What is confirmed can be downloaded, at every moment; and in the end no object is left that no firmware image names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from constellation.aws.resources import BINARIES, FIRMWARE, REMOVALS
from tests.support.consistency import assert_at_rest, assert_stocked, settle
from tests.support.engine import engine
from tests.support.faults import Killed, answer_lost, at_every_moment, killed
from tests.support.firmware import FILE, about, create, created, provided, upload
from tests.support.spaces import Space, small_parts
from tests.support.world import Answer, World, configure


class Scene(Space):
    """A constellation with firmware, and its ADMIN's own firmware: of each one image without a binary, one with it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.own, self.own_full = created(world, self.owner), provided(world, self.owner)
        self.within = created(world, self.owner, self.id)
        self.within_full = provided(world, self.owner, self.id)
        self.others = [provided(world, self.owner, self.id) for _ in range(2)]

    def downloads(self) -> dict[str, bool]:
        """Whether there is something to download, by the ids of the firmware images that can be seen."""
        known = [self.own, self.own_full, self.within, self.within_full, *self.others]
        answers = {id_: about(self.world, "get_firmware", self.owner, id_) for id_ in known}
        found = {id_: answer.json["confirmed"] for id_, answer in answers.items() if answer.status == 200}
        for id_ in known:
            answer = about(self.world, "get_binary", self.owner, id_)
            assert (answer.status == 200) == found.get(id_, False), id_
            assert answer.body == FILE or answer.status == 404
        return found


@dataclass(frozen=True)
class Doing:
    """Something done in so many AWS calls; ``done`` says how many times it is.

    ``writes`` are the operations whose answer can get lost.
    """

    name: str
    calls: int
    do: Callable[[Scene], object]
    done: Callable[[Scene], int]
    writes: tuple[str, ...]
    prepare: Callable[[Scene], object] = lambda _: None
    adds: bool = False

    def __str__(self) -> str:
        return self.name


def emptied(scene: Scene) -> None:
    """What was asked for at once, without what is left for later in case of an end in between."""
    while scene.world.deliver(REMOVALS):
        pass


def images(scene: Scene) -> int:
    """How many firmware images there are of this scene's owner, beyond those that it began with."""
    owned = [item for item in scene.world.items(FIRMWARE) if item["owner"]["S"] == scene.owner.user_id]
    return len(owned) - 6


def creates(name: str, calls: int, *, within: bool) -> Doing:
    return Doing(
        name,
        calls,
        lambda scene: create(scene.world, scene.owner, scene.id if within else ""),
        images,
        ("TransactWriteItems",),
        adds=True,
    )


def uploads(name: str, calls: int, which: Callable[[Scene], str]) -> Doing:
    return Doing(
        name,
        calls,
        lambda scene: upload(scene.world, scene.owner, which(scene)),
        lambda scene: scene.downloads()[which(scene)],
        ("SendMessage", "PutObject", "TransactWriteItems"),
    )


def takes_away(name: str, calls: int, which: Callable[[Scene], str]) -> Doing:
    return Doing(
        name,
        calls,
        lambda scene: about(scene.world, "delete_binary", scene.owner, which(scene)),
        lambda scene: not scene.downloads()[which(scene)],
        ("SendMessage", "TransactWriteItems", "DeleteObject"),
    )


def deletes(name: str, calls: int, which: Callable[[Scene], str], *others: str) -> Doing:
    return Doing(
        name,
        calls,
        lambda scene: about(scene.world, "delete_firmware", scene.owner, which(scene)),
        lambda scene: which(scene) not in scene.downloads(),
        ("TransactWriteItems", *others),
    )


DOINGS = [
    creates("firmware created", 1, within=False),
    creates("firmware created in the constellation", 2, within=True),
    uploads("binary uploaded", 5, lambda scene: scene.own),
    uploads("binary uploaded in the constellation", 6, lambda scene: scene.within),
    takes_away("binary deleted", 4, lambda scene: scene.own_full),
    takes_away("binary deleted in the constellation", 5, lambda scene: scene.within_full),
    deletes("firmware deleted", 4, lambda scene: scene.own_full, "SendMessage", "DeleteObject"),
    deletes("firmware deleted in the constellation", 5, lambda scene: scene.within_full, "SendMessage", "DeleteObject"),
    deletes("firmware without a binary deleted", 2, lambda scene: scene.own),
    Doing(
        "constellation emptied",
        34,
        emptied,
        lambda scene: scene.downloads() == {scene.own: False, scene.own_full: True} and images(scene) == -4,
        ("SendMessage", "TransactWriteItems", "DeleteObject"),
        lambda scene: scene.ask("delete_constellation"),
    ),
]


@pytest.fixture
def scenes(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Doing], Scene]]:
    """Makes scenes in which something can be done, where bytes have a quota."""
    configure(monkeypatch, bytes_per_user=10**9)

    def made(doing: Doing) -> Scene:
        scene = Scene(world)
        doing.prepare(scene)
        return scene

    with engine(), small_parts():
        yield made


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_what_is_confirmed_can_be_downloaded_at_every_moment(
    world: World, scenes: Callable[[Doing], Scene], doing: Doing
) -> None:
    scene = scenes(doing)
    moments = 0

    def look() -> None:
        nonlocal moments
        moments += 1
        scene.downloads()
        assert_stocked(world)

    with at_every_moment(look):
        doing.do(scene)
    assert moments == doing.calls
    assert doing.done(scene) == 1
    settle(world)
    assert_at_rest(world)


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_what_is_killed_leaves_nothing_over_and_can_be_repeated_later(
    world: World, scenes: Callable[[Doing], Scene], doing: Doing
) -> None:
    for scene in ends(doing, scenes):
        done = doing.done(scene)
        assert_stocked(world)
        settle(world)
        assert_at_rest(world)
        # What a message has asked for is done in the end; nobody else does what a client has asked for.
        assert doing.done(scene) == (1 if doing.do is emptied else done)
        repeated(scene, doing)


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_what_is_killed_and_repeated_at_once_ends_right(scenes: Callable[[Doing], Scene], doing: Doing) -> None:
    for scene in ends(doing, scenes):
        repeated(scene, doing)


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_answers_that_got_lost_change_nothing(world: World, scenes: Callable[[Doing], Scene], doing: Doing) -> None:
    for operation in doing.writes:
        scene = scenes(doing)
        with answer_lost(operation):
            answer = doing.do(scene)
        assert not isinstance(answer, Answer) or answer.status in (200, 201), operation
        assert doing.done(scene) == 1, operation
        settle(world)
        assert_at_rest(world)


def test_a_failed_upload_confirms_nothing_and_leaves_no_object(world: World, scenes: Callable[[Doing], Scene]) -> None:
    doing = uploads("", 5, lambda scene: scene.own)
    for calls in range(doing.calls):
        scene = scenes(doing)
        before = world.objects(BINARIES).keys()
        with pytest.raises(Killed), killed(calls, after=False):
            doing.do(scene)
        assert len(world.objects(BINARIES).keys() - before) == (calls == doing.calls - 1)
        assert not scene.downloads()[scene.own]
        settle(world)
        assert world.objects(BINARIES).keys() == before


def repeated(scene: Scene, doing: Doing) -> None:
    """Do it once more, and let what is left for later be done: it is done then, and everything is right."""
    doing.do(scene)
    for _ in range(2):
        assert doing.done(scene) in ((1, 2) if doing.adds else (1,))
        settle(scene.world)
    assert_at_rest(scene.world)


def ends(doing: Doing, scenes: Callable[[Doing], Scene]) -> Iterator[Scene]:
    """Scenes of a doing that was killed before each of its calls, and after the last."""
    for calls in range(doing.calls + 1):
        scene = scenes(doing)
        end = killed(calls, after=False) if calls < doing.calls else killed(calls - 1, after=True)
        with pytest.raises(Killed), end:
            doing.do(scene)
        yield scene
