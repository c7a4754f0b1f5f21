"""Uploads through shares and the pages of shares, with a fault at each AWS call: the next request finds all well."""

from collections.abc import Callable
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS
from tests.shares.contract.test_shares import shared
from tests.support.faults import ATTEMPTS, FAILED, THROTTLED, Killed, counted, killed, lost, refused
from tests.support.uploads_api import lying, post, status
from tests.support.workspace import Workspace
from tests.support.world import Answer, World

Record = Callable[[str, object], None]
Ask = Callable[[], Answer]

VIEWS = 1000


@pytest.fixture
def share(trip: Workspace) -> Any:
    """A share of a folder with an image: it takes uploads, and has a password and a limit."""
    folder = trip.folder("Guests")
    trip.image(folder=folder, access="signed")
    return shared(trip.admin, "folder", folder, allowUpload=True, password="open sesame", maxViews=VIEWS)


@pytest.fixture(params=["upload", "page", "form", "next page"])
def ask(request: pytest.FixtureRequest, world: World, share: Any) -> Ask:
    """A request to one of the routes that succeeds."""
    code = share["code"]
    token = world.request("POST", f"/api/s/{code}/unlock", json={"password": "open sesame"}).json["token"]
    headers = {"Authorization": f"Share {token}"}
    asked: dict[str, Ask] = {
        "upload": lambda: world.request("POST", f"/api/s/{code}/uploads", headers=headers, json={"fileName": "a.gif"}),
        "page": lambda: world.request("GET", f"/s/{code}"),
        "form": lambda: world.request("POST", f"/s/{code}", form={"password": "open sesame"}),
        "next page": lambda: world.request("POST", f"/s/{code}", form={"token": token}),
    }
    return asked[request.param]


def made(ask: Ask) -> int:
    """The AWS calls of a request. The first one makes some more, so that the edge knows the keys of signatures."""
    ask()
    with counted() as calls:
        answer = ask()
    assert answer.status in (200, 201)
    return len(calls)


def views(trip: Workspace, share: Any) -> int:
    return trip.admin.ask("GET", f"/api/shares/{share['id']}").json["views"]


def test_killed_at_each_call(trip: Workspace, share: Any, ask: Ask, record_property: Record) -> None:
    """A view counts at most once, and an upload that nobody was told of becomes nothing."""
    number = made(ask)
    before, asked = views(trip, share), 0
    for at in range(number):
        for after in (False, True):
            with killed(at, after=after), pytest.raises(Killed):
                ask()
            asked += 1
            record_property("faults covered", 1)
            record_property("faults made", 1)
    assert ask().status in (200, 201)
    assert before <= views(trip, share) <= before + asked + 1
    assert lying() == []


def test_lost_answers_and_errors(trip: Workspace, share: Any, ask: Ask) -> None:
    """What is sent again has one effect. What fails for good is answered 503 and leaves nothing."""
    number = made(ask)
    before = views(trip, share)
    ask()
    counts = views(trip, share) - before
    before = views(trip, share)
    for at in range(number):
        for fault in (lost(at), refused(at, FAILED), refused(at, THROTTLED)):
            with fault:
                assert ask().status in (200, 201)
    assert views(trip, share) == before + 3 * number * counts
    for at in range(number):
        with refused(at, THROTTLED, times=ATTEMPTS):
            assert ask().status == 503
    assert ask().status in (200, 201)


def test_a_file_is_taken_in_once(world: World, trip: Workspace, share: Any) -> None:
    """However often its event comes."""
    code = share["code"]
    token = world.request("POST", f"/api/s/{code}/unlock", json={"password": "open sesame"}).json["token"]
    headers = {"Authorization": f"Share {token}"}
    form = world.request("POST", f"/api/s/{code}/uploads", headers=headers, json={"fileName": "a.gif"}).json
    for _ in range(2):
        assert post(form) == 204
    world.deliver(ARRIVALS)
    assert status(trip.admin, form["id"])["status"] == "ready"
    below = trip.admin.ask("GET", f"/structure/{trip.id}").body.decode()
    assert below.count(form["id"]) == 1
