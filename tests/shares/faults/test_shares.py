"""Shares under faults at every AWS call: whole or not at all, and the retry ends where one alone would have."""

import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from constellation.aws.resources import DELETIONS, HIDING, REMOVALS
from tests.support.consistency import assert_at_rest, settle, shelf
from tests.support.faults import FAILED, THROTTLED, Killed, counted, killed, lost, refused
from tests.support.sharing import Client
from tests.support.state import keep
from tests.support.workspace import Workspace, created
from tests.support.world import World

MOST_CALLS = 9
"""More than any of these requests makes."""

Doing = Callable[[Client, Any], int]


def made(client: Client, image: str, **fields: Any) -> Any:
    target = {"type": "image", "id": image}
    return created(client.ask("POST", "/api/shares", json={"target": target, **fields}))


def seen(client: Client, share: Any) -> Any:
    """The share, which has given links to all its images."""
    answer = client.world.request("GET", f"/api/s/{share['code']}/items")
    assert all("&share=" in each["url"] for each in answer.json["data"])
    assert answer.json["data"]
    return share


def changing(fields: Mapping[str, Any]) -> Doing:
    return lambda client, share: client.ask("PATCH", f"/api/shares/{share['id']}", json=fields).status


DOINGS: Mapping[str, tuple[Doing, tuple[int, ...]]] = {
    "end": (lambda client, share: client.ask("DELETE", f"/api/shares/{share['id']}").status, (204, 404)),
    "password": (changing({"password": "sesame"}), (204,)),
    "views": (changing({"maxViews": 5, "allowDownload": False}), (204,)),
    "expiry": (changing({"expiresAt": "2098-01-01T00:00:00Z"}), (204,)),
}
"""A change of a share that ends its links, and the statuses of its retry."""


def settled(world: World) -> None:
    world.advance(minutes=20)
    world.invoke("reconcile", {})
    settle(world)
    assert_at_rest(world)


@pytest.mark.parametrize("name", DOINGS)
def test_a_killed_change_is_done_wholly_or_not_at_all(
    world: World, anna: Client, name: str, record_property: Callable[[str, object], None]
) -> None:
    doing, statuses = DOINGS[name]
    covered = calls_made = 0
    image, ended = anna.image(access="signed"), set[str]()
    for after in (False, True):
        for at in range(MOST_CALLS):
            share = seen(anna, made(anna, image))
            before = shelf(world).shares[share["id"]]
            with counted() as calls, killed(at, after=after), contextlib.suppress(Killed):
                doing(anna, share)
            covered, calls_made = covered + (len(calls) > at), max(calls_made, len(calls))
            between = shelf(world)
            is_changed = between.shares.get(share["id"]) != before
            assert is_changed == (f"{share['id']}.1" in between.ended)
            assert doing(anna, share) in statuses
            ended.add(f"{share['id']}.1")
    assert calls_made < MOST_CALLS
    assert covered == 2 * calls_made
    record_property("faults covered", covered)
    record_property("faults made", 2 * calls_made)
    settle(world)
    assert shelf(world).ended >= ended <= world.cdn.hidden.keys()
    assert_at_rest(world)


@pytest.mark.parametrize("name", DOINGS)
def test_lost_answers_and_errors_change_nothing(world: World, anna: Client, name: str) -> None:
    doing, _ = DOINGS[name]
    image = anna.image(access="signed")
    for fault in (lost, partial(refused, said=FAILED), partial(refused, said=THROTTLED)):
        for at in range(MOST_CALLS):
            share = seen(anna, made(anna, image))
            with fault(at):
                assert doing(anna, share) == 204
    settled(world)


def test_a_share_that_is_killed_while_it_is_made(
    world: World, anna: Client, record_property: Callable[[str, object], None]
) -> None:
    """A retry with the same key makes no second one."""
    image, covered, calls_made = anna.image(), 0, 0
    for after in (False, True):
        for at in range(MOST_CALLS):
            asked = {"json": {"target": {"type": "image", "id": image}}, "headers": {"Idempotency-Key": f"{after}{at}"}}
            with counted() as calls, killed(at, after=after), contextlib.suppress(Killed):
                anna.ask("POST", "/api/shares", **asked)
            covered, calls_made = covered + (len(calls) > at), max(calls_made, len(calls))
            world.advance(minutes=1)
            share = created(anna.ask("POST", "/api/shares", **asked))
            assert anna.ask("GET", "/api/shares").json["data"] == [share]
            assert anna.ask("DELETE", f"/api/shares/{share['id']}").status == 204
    assert covered == 2 * calls_made
    assert calls_made < MOST_CALLS
    record_property("faults covered", covered)
    record_property("faults made", 2 * calls_made)
    settled(world)


def test_the_first_links_of_a_share(world: World, anna: Client, record_property: Callable[[str, object], None]) -> None:
    """Those that are given are noted, wherever the function is killed, so that they can be ended."""
    image, covered, calls_made = anna.image(access="signed"), 0, 0
    seen(anna, made(anna, image))  # the edge knows the keys of signatures
    kinds = (
        *(partial(killed, after=after) for after in (False, True)),
        *(lost, partial(refused, said=FAILED), partial(refused, said=THROTTLED)),
    )
    for kind in kinds:
        for at in range(MOST_CALLS):
            share = made(anna, image)
            with counted() as calls, kind(at), contextlib.suppress(Killed):
                seen(anna, share)
            if kind in kinds[:2]:
                covered, calls_made = covered + (len(calls) > at), max(calls_made, len(calls))
            seen(anna, share)
            assert anna.ask("DELETE", f"/api/shares/{share['id']}").status == 204
            assert f"{share['id']}.1" in shelf(world).ended
    assert calls_made < MOST_CALLS
    assert covered == 2 * calls_made
    record_property("faults covered", covered)
    record_property("faults made", 2 * calls_made)
    settled(world)


def shared_twice_and_deleted(anna: Client, type_: str) -> None:
    """Share something twice, have both shares give links, and delete it."""
    if type_ == "image":
        path = f"/api/image/{(id_ := anna.image(access='signed'))}"
    elif type_ == "collection":
        id_ = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
        path = f"/api/collections/{id_}"
        assert anna.ask("PUT", f"{path}/items/{anna.image(access='signed')}").status == 204
    else:
        space = Workspace(anna)
        folder = space.folder()
        space.image(folder=folder, access="signed")
        id_, path = (space.id, space.path) if type_ == "constellation" else (folder, f"/folders/{folder}")
    for _ in range(2):
        seen(anna, created(anna.ask("POST", "/api/shares", json={"target": {"type": type_, "id": id_}})))
    assert anna.ask("DELETE", path).status in (200, 204)


def cleaned_up(world: World) -> None:
    """Deliver what asks for clean-ups, the final ones too."""
    while sum(world.deliver(queue, delayed=True) for queue in (DELETIONS, REMOVALS, HIDING)):
        pass


@pytest.mark.parametrize("type_", ["image", "collection", "folder", "constellation"])
def test_a_clean_up_that_is_killed(
    world: World,
    anna: Client,
    type_: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """The clean-up ends before and after each call in turn. The queue repeats it, and none of the shares is left."""
    monkeypatch.setattr("constellation.shares.change.DELETED_TOGETHER", 1)
    shared_twice_and_deleted(anna, type_)
    ended, kept = {f"{share}.1" for share in shelf(world).shares}, keep()
    with counted() as calls:
        cleaned_up(world)
    for after in (False, True):
        for at in range(len(calls)):
            kept.restore()
            with pytest.raises(Killed), killed(at, after=after):
                cleaned_up(world)
            cleaned_up(world)
            now = shelf(world)
            assert (now.shares, now.entries_of_shares) == ({}, set())
            assert now.ended >= ended
    settled(world)
    assert len(ended) == 2
    assert world.cdn.hidden.keys() >= ended
    record_property("faults covered", 2 * len(calls))
    record_property("faults made", 2 * len(calls))


def of_a_member_who_lost_the_right(anna: Client, bea: Client) -> set[str]:
    trip = Workspace(anna)
    trip.connect(bea, rights="WRITE")
    image = trip.image(access="signed")
    shares = [seen(bea, made(bea, image)) for _ in range(3)]
    trip.disconnect(bea)
    return {f"{share['id']}.1" for share in shares}


def of_a_folder_among_others(anna: Client, _: Client) -> set[str]:
    trip = Workspace(anna)
    folder, other = trip.folder(), trip.folder()
    trip.image(folder=folder, access="signed")
    shares = list[Any]()
    for id_ in (folder, other, folder):
        target = {"type": "folder", "id": id_}
        shares.append(created(anna.ask("POST", "/api/shares", json={"target": target})))
    for share in (shares[0], shares[2]):
        seen(anna, share)
    assert anna.ask("DELETE", f"/folders/{folder}").status == 200
    return {f"{shares[0]['id']}.1", f"{shares[2]['id']}.1"}


@pytest.mark.parametrize("begin", [of_a_member_who_lost_the_right, of_a_folder_among_others])
def test_a_chain_that_is_killed(
    world: World,
    anna: Client,
    bea: Client,
    begin: Callable[[Client, Client], set[str]],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """Each message is about one share, or ends one. It is killed at each call, and none is left that should end."""
    monkeypatch.setattr("constellation.cleanup.end_shares.PART", 1)
    monkeypatch.setattr("constellation.cleanup.end_shares.LOOKED", 1)
    ended = begin(anna, bea)
    kept = keep()
    with counted() as calls:
        cleaned_up(world)
    assert shelf(world).ended == ended
    for after in (False, True):
        for at in range(len(calls)):
            kept.restore()
            with pytest.raises(Killed), killed(at, after=after):
                cleaned_up(world)
            cleaned_up(world)
            assert shelf(world).ended == ended
    settled(world)
    record_property("faults covered", 2 * len(calls))
    record_property("faults made", 2 * len(calls))


def test_shares_follow_their_image_into_a_constellation(world: World, anna: Client) -> None:
    space = Workspace(anna)
    for at in range(12):
        image = anna.image()
        share = made(anna, image)
        with killed(at, after=True), contextlib.suppress(Killed):
            anna.ask("PATCH", f"/images/{image}", json={"constellation_uuid": space.id})
        settle(world)
        is_there = anna.ask("GET", f"/images/{image}", headers={"Accept": "application/json"}).json[
            "constellation_uuid"
        ]
        assert bool(is_there) == (
            share["id"] in {each["id"] for each in anna.ask("GET", f"{space.path}/shares").json["data"]}
        )
        assert_at_rest(world)
