"""Views, limits and passwords of shares whose functions end at each AWS call, and calls that fail."""

from collections.abc import Callable

import pytest

from constellation.aws.table import transact
from constellation.common.errors import TooManyRequests, Unauthenticated
from constellation.common.ids import new_id
from constellation.shares import attempts, store, view_store, views
from constellation.shares.model import FOLDER, Share, Target, new_code
from tests.support.faults import FAILED, THROTTLED, Killed, counted, killed, lost, refused
from tests.support.world import World

Record = Callable[[str, object], None]


def made(world: World, most: int | None, password_hash: str | None = None) -> Share:
    target = Target(FOLDER, new_id(), new_id())
    share = Share(new_code(), new_id(), target, world.now, max_views=most, password_hash=password_hash)
    transact([*store.to_create(share), *view_store.to_create(share.id, most)])
    return share


def exhausted(share: Share, number: int) -> None:
    """Use up all counters of a share of four views but one."""
    for each in range(view_store.COUNTERS):
        if each != number:
            assert view_store.add(share.id, each, new_id())


@pytest.fixture(autouse=True)
def first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with the counter 0, so that the number of calls is known."""

    def randrange(_: int) -> int:
        return 0

    monkeypatch.setattr("constellation.shares.views.RANDOM.randrange", randrange)


@pytest.mark.parametrize("after", [False, True])
def test_a_view_is_killed_at_each_call(world: World, after: bool, record_property: Record) -> None:
    """The first counter is used up, the others are looked at. A view counts at most once, and the last is not lost."""
    share = made(world, 4)
    exhausted(share, 3)
    with counted() as calls:
        assert views.count(share)
    assert not views.count(share)
    for at in range(len(calls)):
        share = made(world, 4)
        exhausted(share, 3)
        with killed(at, after=after), pytest.raises(Killed):
            views.count(share)
        had = views.counted([share])[share.id]
        assert had in (3, 4)
        assert views.count(share) == (had == 3)
        assert views.counted([share]) == {share.id: 4}
        record_property("faults covered", 1)
        record_property("faults made", 1)


@pytest.mark.parametrize("after", [False, True])
def test_a_limit_is_killed_at_each_call(world: World, after: bool, record_property: Record) -> None:
    share = made(world, 2)
    with counted() as calls:
        views.limit(share.id, 3, [])
    for at in range(len(calls)):
        share = made(world, 2)
        with killed(at, after=after), pytest.raises(Killed):
            views.limit(share.id, 3, [])
        is_done = after and at == len(calls) - 1
        assert [views.count(share) for _ in range(4)].count(True) == (3 if is_done else 2)
        record_property("faults covered", 1)
        record_property("faults made", 1)


def test_lost_answers_and_errors(world: World) -> None:
    """Whatever is sent again counts once."""
    for at in range(3):
        for fault in (lost(at), refused(at, FAILED), refused(at, THROTTLED)):
            share = made(world, 4)
            exhausted(share, 3)
            with fault as struck:
                assert views.count(share)
            assert struck
            assert not views.count(share)
            assert views.counted([share]) == {share.id: 4}


def test_a_limit_whose_answer_is_lost_is_set_once(world: World) -> None:
    for at in range(2):
        share = made(world, 2)
        with lost(at) as struck:
            views.limit(share.id, 3, [])
        assert struck
        assert [views.count(share) for _ in range(4)].count(True) == 3


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("password", ["right", "wrong"])
def test_a_password_is_killed_at_each_call(
    world: World, monkeypatch: pytest.MonkeyPatch, after: bool, password: str, record_property: Record
) -> None:
    """However often, no more than ten are looked at; after 15 minutes the right one opens it again."""
    looked_at = list[str]()

    def matches(password: str, _: str | None) -> bool:
        looked_at.append(password)
        return password == "right"

    monkeypatch.setattr("constellation.accounts.passwords.matches", matches)
    share = made(world, None, "right")
    with counted() as calls:
        try:
            attempts.check(share, password, world.now)
        except Unauthenticated:
            assert password == "wrong"
    for at in range(len(calls)):
        looked_at.clear()
        share = made(world, None, "right")
        with killed(at, after=after), pytest.raises(Killed):
            attempts.check(share, password, world.now)
        world.advance(seconds=10)
        refusals = list[type[Exception]]()
        for _ in range(11):
            with pytest.raises((Unauthenticated, TooManyRequests)) as refusal:
                attempts.check(share, "wrong", world.now)
            refusals.append(refusal.type)
        assert refusals[-1] is TooManyRequests
        assert looked_at.count("wrong") <= 10
        world.advance(seconds=900)
        attempts.check(share, "right", world.now)
        record_property("faults covered", 1)
        record_property("faults made", 1)
