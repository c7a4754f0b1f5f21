"""Thousands of memberships that nobody asked for: what a user's lists cost then, and that nothing is missed."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from constellation.aws.resources import CONSTELLATIONS
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces import windows as memberships
from constellation.workspaces.rights import Right
from tests.support.engine import Engine, engine
from tests.support.firmware_api import confirmed
from tests.support.meter import Bill, metered
from tests.support.sharing import Client
from tests.support.workspace import Workspace, added
from tests.support.world import Answer, World

FLOOD = 5000
PAGE = "5"
LABEL = "sensor"

LISTS = {
    "/images": {"limit": PAGE},
    "/image": {"limit": PAGE, "label": LABEL},
    "/image/binary": {"limit": PAGE},
    "/image/latest": {"label": LABEL},
    "/constellations": {"limit": PAGE},
}


def flood(world: World, victim: Client, number: int = FLOOD) -> None:
    """Connect the victim to so many constellations of a stranger's, which may hold anything for all that is known."""
    items: list[dict[str, Any]] = []
    for _ in range(number):
        world.advance(milliseconds=1)
        id_ = new_id()
        meta = {"name": "Mine", "root": new_id(), "admins": 1, "removals": dict[str, bool](), "version": 1}
        items += [
            folders.meta_key(id_) | meta,
            constellations.member_item(id_, victim.id, Right.READ, world.now),
        ]
    Table(CONSTELLATIONS).put_many(items)


def settle(victim: Client) -> None:
    """Let the victim have more than a page of everything."""
    for number in range(int(PAGE) + 1):
        added(victim)
        confirmed(victim, LABEL, f"1.{number}.0")
        Workspace(victim, f"own {number}")


@pytest.fixture
def tables(world: World) -> Iterator[Engine]:
    """The local engine's tables, which are quicker than moto's."""
    with engine() as made:
        yield made


def spent(tables: Engine, victim: Client, path: str) -> tuple[Answer, Bill]:
    """The victim's first page, and what it has cost."""
    with metered(tables) as costs:
        answer = victim.ask("GET", path, query=LISTS[path])
    assert answer.status == 200, answer.body
    return answer, costs


def newcomer(victim: Client) -> None:
    """Let the victim have one thing to be offered and nothing else."""
    confirmed(victim, LABEL, "1.0.0")


@pytest.mark.parametrize("has", [settle, newcomer])
def test_first_pages_cost_what_they_did_before_a_flood(
    world: World, tables: Engine, has: Callable[[Client], None]
) -> None:
    """The same page for at most 1.5 times the calls and units, however many memberships others have made."""
    victim = Client(world)
    has(victim)
    before = {path: spent(tables, victim, path) for path in LISTS}
    flood(world, victim)
    for path, (page, costs) in before.items():
        answer, now = spent(tables, victim, path)
        if path == "/images":
            assert answer.json["images"] == page.json["images"]
        elif path != "/constellations" or has is settle:
            assert answer.json == page.json
        else:  # what others have made is listed where there is room, each for what it costs to list
            assert len(answer.json) == int(PAGE)
            assert now.calls <= costs.calls + 1
            assert now.reads <= costs.reads + 2 * int(PAGE)
            continue
        assert now.calls <= 1.5 * costs.calls, path
        assert now.reads <= 1.5 * costs.reads, path


@pytest.mark.parametrize("path", ["/images", "/image", "/image/binary"])
def test_a_request_looks_into_one_window(world: World, tables: Engine, path: str) -> None:
    """Who has nothing of its own pays for one window, not for the flood."""
    victim = Client(world)
    flood(world, victim, 3 * memberships.WINDOW)
    for query in ({}, {"limit": PAGE}):
        with metered(tables) as costs:
            assert victim.ask("GET", path, query=query).status == 200
        # The authorizer, the user's own, the index, the rights in one batch, each constellation of the window.
        assert costs.calls <= 5 + memberships.WINDOW


def test_nothing_is_missed_behind_a_flood(world: World) -> None:
    victim, friend = Client(world), Client(world, "bea")
    flood(world, victim, 2 * memberships.WINDOW)
    shared = Workspace(friend)
    shared.connect(victim)
    images = {added(victim), shared.image()}
    firmware = {confirmed(victim), confirmed(friend, constellation_uuid=shared.id)}
    names = {f"{id_}.hex" for id_ in firmware}
    for limit in ("1", "2", "100"):
        assert sorted(walked(victim, "/images", limit)) == sorted(images)
        assert sorted(walked(victim, "/image", limit)) == sorted(firmware)
        assert sorted(walked(victim, "/image/binary", limit)) == sorted(names)
    assert len(walked(victim, "/constellations", "100")) == 2 * memberships.WINDOW + 1


def test_a_window_holds_while_memberships_come_and_go(world: World) -> None:
    """In the middle of a window others are ended and begun: what is there all the time is listed once."""
    victim, friend = Client(world), Client(world, "bea")
    spaces = list[Workspace]()
    for _ in range(2 * memberships.WINDOW):
        world.advance(milliseconds=1)
        spaces.append(Workspace(friend))
        spaces[-1].connect(victim)
    wanted = [confirmed(friend, constellation_uuid=space.id) for space in spaces]
    met = list[str]()
    for number, page in enumerate(pages(victim, "/image", "7")):
        met += page
        if number == 1:
            spaces[3].disconnect(victim)
            spaces[memberships.WINDOW].disconnect(victim)
            Workspace(victim)
    assert len(met) == len(set(met))
    assert set(met) >= set(wanted) - {wanted[3], wanted[memberships.WINDOW]}


def pages(client: Client, path: str, limit: str) -> Iterator[list[str]]:
    """The ids on each page of a list."""
    query = {"limit": limit}
    while True:
        answer = client.ask("GET", path, query=query)
        assert answer.status == 200, answer.body
        entries = answer.json["images"] if path == "/images" else answer.json
        yield [each if isinstance(each, str) else next(iter_ids(each)) for each in entries]
        if cursor := path == "/images" and answer.json.get("next_cursor"):
            query = {"limit": limit, "cursor": cursor}
        elif link := answer.headers.get("link", ""):
            query = dict(parse_qsl(urlsplit(link.partition(">")[0].removeprefix("<")).query))
        else:
            return


def iter_ids(entry: dict[str, str]) -> Iterator[str]:
    """What an entry is known by."""
    return (entry[name] for name in ("image_uuid", "id", "constellation_uuid") if name in entry)


def walked(client: Client, path: str, limit: str) -> list[str]:
    """The ids on all pages of a list."""
    return [id_ for page in pages(client, path, limit) for id_ in page]
