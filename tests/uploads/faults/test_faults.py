"""What takes files in disturbed at every AWS call, and told again as its queue does: it ends as if nothing had been.

The process is killed before the call's effect and after; the call fails once, or until the SDK gives up; is throttled;
its answer is lost. The reconciliation is disturbed in the same way, and what registers an upload.
"""

from collections.abc import Callable, Collection, Generator, KeysView, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS, SOURCES
from constellation.common.errors import Unavailable
from constellation.runtime import outbound
from tests.cleanup.faults.leftovers import FEW
from tests.support import arrivals
from tests.support.arrivals import begun, differences, keep, posted, put, s3_by_its_clock, state
from tests.support.consistency import assert_at_rest, assert_no_bytes_left, settle, uploads
from tests.support.engine import Engine, engine
from tests.support.faults import ATTEMPTS, FAILED, THROTTLED, Killed, counted, killed, lost, refused
from tests.support.firmware import created
from tests.support.hex_files import firmware
from tests.support.sharing import SMALL
from tests.support.spaces import Space
from tests.support.world import World, configure, event, new_world

FILE = firmware(24)

SEA = "https://example.com/sea.gif"

FAULTS: Mapping[str, Callable[[int], AbstractContextManager[Any]]] = {
    "killed before": lambda call: killed(call, after=False),
    "killed after": lambda call: killed(call, after=True),
    "failing once": lambda call: refused(call, FAILED),
    "failing until given up": lambda call: refused(call, FAILED, times=ATTEMPTS),
    "throttled once": lambda call: refused(call, THROTTLED),
    "answered unheard": lost,
}


KILLED = ("killed before", "killed after")


def disturbed(fault: str, calls: int) -> range:
    """Return the numbers of the calls to disturb: all of them.

    What is killed after a call has done the same as what is killed before the next one. So only the last call is left.
    """
    return range(calls - 1 if fault == "killed after" else 0, calls)


class Scene(Space):
    """A constellation with a folder, and its ADMIN's own firmware image without a binary."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.inner = self.folder()
        self.own = created(world, self.owner)
        self.user_id = self.owner.user_id


@dataclass(frozen=True)
class Doing:
    """Something that is ``done`` by a function; where it fails, its cause comes again.

    ``ends`` are the statuses of the uploads then.
    """

    name: str
    prepare: Callable[[Scene], object]
    ends: tuple[str, ...]
    done: Callable[[World], bool]
    faults: Collection[str] = tuple(FAULTS)

    def __str__(self) -> str:
        return self.name


def told(world: World) -> bool:
    """Its queue tells the function of what has come first; a message that it fails at stays."""
    failed = world.receive(ARRIVALS, [world.messages(ARRIVALS)[0].content])
    if not failed:
        arrivals.forget_first()
    return not failed


def fetched(world: World) -> bool:
    """Its queue tells the function of an address; a message that it fails at stays."""
    failed = world.receive(SOURCES, [world.messages(SOURCES)[0].content])
    if not failed:
        world.lose(SOURCES)
    return not failed


def reconciled(world: World) -> bool:
    """The clock starts a run."""
    try:
        arrivals.reconcile(world)
    except Unavailable:
        return False
    return True


def post_image(scene: Scene) -> None:
    place = {"constellation_uuid": scene.id, "folder_uuid": scene.inner}
    upload = begun(
        scene.world,
        scene.owner,
        kind="image",
        fileName="a.gif",
        size=len(SMALL),
        isPublic=True,
        description="A",
        **place,
    )
    posted(upload, SMALL)


def post_binary(scene: Scene) -> None:
    posted(begun(scene.world, scene.owner, kind="firmware", fileName="a.hex", image_id=scene.own), FILE)


def post_what_is_refused(scene: Scene) -> None:
    posted(begun(scene.world, scene.owner, kind="image", fileName="a.gif"), b"%PDF-1.7")


def give_address(scene: Scene, source: str = SEA) -> None:
    place = {"constellation_uuid": scene.id, "folder_uuid": scene.inner}
    begun(scene.world, scene.owner, kind="image", sourceUrl=source, isPublic=True, description="A", **place)


def give_address_of_nothing(scene: Scene) -> None:
    give_address(scene, "https://example.com/nothing")


def drop_image(scene: Scene) -> None:
    put(f"drop/{scene.user_id}/a b+%41.gif", SMALL)


def drop_firmware(scene: Scene) -> None:
    put(f"drop/{scene.user_id}/{scene.id}/Pump-1.2.0.hex", FILE)


def drop_what_is_refused(scene: Scene) -> None:
    put(f"drop/{scene.user_id}/{scene.id}/Pump-1.2.0.hex", FILE.replace(b":", b":FF", 1))


def drop_twice(scene: Scene) -> None:
    drop_image(scene)
    put(f"drop/{scene.user_id}/a b+%41.gif", SMALL + b" ")


def drop_and_hide(scene: Scene) -> None:
    drop_image(scene)
    arrivals.hidden(f"drop/{scene.user_id}/a b+%41.gif")


def drop_and_settle(scene: Scene) -> None:
    drop_image(scene)
    content = scene.world.messages(ARRIVALS)[0].content
    settle(scene.world)
    arrivals.tell(content)


def leave_over(scene: Scene) -> None:
    for leave in FEW:
        leave(scene)
    scene.world.advance(hours=2)


DOINGS = [
    Doing("posted image", post_image, ("ready",), told),
    Doing("posted binary", post_binary, ("ready",), told),
    Doing("refused posted file", post_what_is_refused, ("failed",), told),
    Doing("fetched image", give_address, ("ready",), fetched),
    Doing("refused fetch", give_address_of_nothing, ("failed",), fetched),
    Doing("dropped image", drop_image, ("ready",), told),
    Doing("dropped firmware", drop_firmware, ("ready",), told),
    Doing("refused dropped file", drop_what_is_refused, ("failed",), told),
    Doing("dropped over another", drop_twice, ("ready", "ready"), told),
    Doing("dropped and deleted", drop_and_hide, (), told),
    Doing("told again", drop_and_settle, ("ready",), told),
    Doing("reconciliation", leave_over, ("failed", "failed", "ready", "ready", "ready"), reconciled, KILLED),
]

NOTHING = Doing("nothing", lambda scene: None, (), lambda world: True)


class Stage:
    """A world in which each doing begins from the same state again; how it ends undisturbed is known."""

    def __init__(self, world: World, made: Engine) -> None:
        self.world, self._engine = world, made
        self.scene = Scene(world)
        self._begin = keep(world, made)
        self._prepared = dict[str, Callable[[], None]]()
        self._undisturbed = dict[str, tuple[int, Any]]()

    def begin(self, doing: Doing) -> None:
        """Bring it back to where the doing begins."""
        if doing.name not in self._prepared:
            self._begin()
            doing.prepare(self.scene)
            self._prepared[doing.name] = keep(self.world, self._engine)
        self._prepared[doing.name]()

    def undisturbed(self, doing: Doing) -> tuple[int, Any]:
        """How many calls it makes, and how it ends."""
        if doing.name not in self._undisturbed:
            self.begin(doing)
            with counted() as calls:
                assert doing.done(self.world)
            end = self.end()
            statuses = sorted(upload["status"] for upload in uploads(self.world).values())
            assert tuple(statuses) == doing.ends
            assert_at_rest(self.world)
            assert_no_bytes_left(self.world)
            self._undisturbed[doing.name] = len(calls), end
        return self._undisturbed[doing.name]

    def end(self) -> Any:
        """Let everything be done that is asked for, and the clock start a reconciliation: the state then."""
        settle(self.world)
        self.world.advance(hours=2)
        arrivals.reconcile(self.world)
        settle(self.world)
        return state(self._engine)


def download(text: str, **_: Any) -> bytes:
    """Stand for the Internet: there is one file."""
    if text != SEA:
        raise outbound.Refused("status 404")
    return SMALL


@pytest.fixture(scope="module")
def stage() -> Generator[Stage]:
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        new_world(monkeypatch) as world,
        engine() as made,
        s3_by_its_clock(world),
    ):
        configure(monkeypatch, bytes_per_user=10**9)
        monkeypatch.setattr(outbound, "download", download)
        yield Stage(world, made)


@pytest.mark.parametrize(
    ("doing", "fault"),
    [pytest.param(doing, fault, id=f"{doing}-{fault}") for doing in DOINGS for fault in doing.faults],
)
def test_what_is_disturbed_ends_as_if_nothing_had_been(
    stage: Stage, doing: Doing, fault: str, record_property: Callable[[str, object], None]
) -> None:
    calls, right = stage.undisturbed(doing)
    covered, tried = 0, disturbed(fault, calls)
    for call in tried:
        stage.begin(doing)
        is_done = False
        try:
            with FAULTS[fault](call) as struck:
                is_done = doing.done(stage.world)
            covered += bool(struck)
            # The SDK sends again what has failed once; nobody else needs to.
            assert is_done == (fault != "failing until given up")
        except Killed:
            covered += 1
        if not is_done:
            assert doing.done(stage.world), f"{fault} {call}"
        assert differences(stage.end(), right) == {}, f"{fault} {call}"
    record_property("faults covered", covered)
    record_property("faults made", len(tried))
    assert covered == len(tried)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "body",
    [{"kind": "image", "fileName": "a.gif"}, {"kind": "firmware", "fileName": "a.hex"}],
    ids=["image", "firmware"],
)
def test_a_form_whose_registration_is_disturbed_is_registered_or_not_given_out(
    stage: Stage, body: Mapping[str, str], fault: str, record_property: Callable[[str, object], None]
) -> None:
    """What nobody was told of is given up in time; what somebody was told of takes the file."""
    scene, data = stage.scene, SMALL if body["kind"] == "image" else FILE
    within = {"constellation_uuid": scene.id, "folder_uuid": scene.inner} if body["kind"] == "image" else {}

    def ended(told_of: str, registered: KeysView[str], _is_last: bool) -> str:
        assert len(registered) <= 1
        if told_of:
            assert registered == {told_of}
            posted(told_of, data)
        stage.end()
        return "ready" if told_of else "failed"

    asked = {**body, **(within or {"image_id": scene.own})}
    _disturb_each_call(stage, fault, asked, record_property, ended)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fetch_whose_request_is_disturbed_is_done_or_given_up(
    stage: Stage, fault: str, record_property: Callable[[str, object], None]
) -> None:
    """What somebody was told of becomes an image; nothing is registered before the last call, but then it does too."""
    scene = stage.scene

    def ended(told_of: str, registered: KeysView[str], is_last: bool) -> str:
        assert len(registered) == 1 if told_of else is_last or not registered
        stage.end()
        return "ready"

    asked = {"kind": "image", "sourceUrl": SEA, "constellation_uuid": scene.id, "folder_uuid": scene.inner}
    _disturb_each_call(stage, fault, asked, record_property, ended)


def _disturb_each_call(
    stage: Stage,
    fault: str,
    asked: Mapping[str, str],
    record: Callable[[str, object], None],
    ended: Callable[[str, KeysView[str], bool], str],
) -> None:
    """Disturb each call of a request for an upload, the last one too.

    ``ended`` is given the upload that somebody was told of, empty if nobody was, those that are registered, and whether
    the call was the last one. It brings them to an end, and returns the status that they have then.
    """
    happening = event("POST", "/api/uploads", json=dict(asked), caller=stage.scene.owner)
    stage.begin(NOTHING)
    with counted() as calls:
        assert stage.world.call("create_upload", happening).status == 201
    covered, tried = 0, disturbed(fault, len(calls))
    for call in tried:
        stage.begin(NOTHING)
        told_of = ""
        try:
            with FAULTS[fault](call) as struck:
                answer = stage.world.call("create_upload", happening)
            covered += bool(struck)
            assert answer.status == (503 if fault == "failing until given up" else 201)
            told_of = answer.json.get("id", "")
        except Killed:
            covered += 1
        registered = uploads(stage.world).keys()
        status = ended(told_of, registered, call == len(calls) - 1)
        ends = {id_: each["status"] for id_, each in uploads(stage.world).items()}
        assert ends == dict.fromkeys(registered, status)
        assert_at_rest(stage.world)
        assert_no_bytes_left(stage.world)
    record("faults covered", covered)
    record("faults made", len(tried))
    assert covered == len(tried)
