"""What requests in a constellation cost at DynamoDB and how long they take, in a small one and in a large one.

The costs are those of the functions on the local engine's DynamoDB, counted by ``tests.support.capacity``, without the
session check, which a request needs at most every 30 s. The times are those of the whole product on this machine.
"""

import contextlib
import gc
import io
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from constellation.aws.resources import CONSTELLATIONS
from constellation.runtime.request import Caller
from constellation.workspaces import store as constellations
from constellation.workspaces.folder_store import meta_key
from tests.bench import Row, report, table, workspace
from tests.bench.workspace import Workspace
from tests.support import capacity, pictures
from tests.support.accounts import sign_up
from tests.support.engine import Engine, engine, without_the_sdk
from tests.support.http_user import User
from tests.support.meter import Bill, metered
from tests.support.product import running_product
from tests.support.world import NOON, Answer, File, World, new_world

ROUNDS = 50
STRUCTURE = "GET /structure"
RIGHTS = 2
"""Units of the rights check: the membership and the constellation, as of now, a unit each."""

_TWO_PAGES = 8192
"""Bytes that a unit reads as of a moment ago."""


@dataclass(frozen=True)
class Size:
    """How large a constellation is, and how many more its user is a member of."""

    images: int
    folders: int
    members: int
    constellations: int


SIZES = (Size(100, 10, 2, 1), Size(9_000, 1_000, 1_000, 1_000))


@dataclass(frozen=True)
class Owner:
    """The user of a world of its own, with a constellation."""

    world: World
    engine: Engine
    caller: Caller
    workspace: Workspace

    def asks(self, function: str, status: int = 200, path: Any = None, **parts: Any) -> Answer:
        """The answer of a function."""
        answer = self.world.ask(function, path_parameters=path, caller=self.caller, **parts)
        assert answer.status == status, answer.body
        return answer

    def spends(self, function: str, status: int = 200, path: Any = None, **parts: Any) -> Bill:
        """What that costs."""
        with metered(self.engine) as bill:
            self.asks(function, status, path, **parts)
        return bill

    def collection(self) -> int:
        """The bytes of the constellation's item collection."""
        partition = meta_key(self.workspace.id)["pk"]
        return sum(map(capacity.size, self.engine.partition(CONSTELLATIONS.physical_name, partition)))


@contextlib.contextmanager
def owner_of(size: Size) -> Generator[Owner]:
    """The ADMIN of a constellation of this size."""
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        user_id = sign_up(world)
        with without_the_sdk(made):
            built = workspace.create(user_id, size.folders, size.images, NOON)
            workspace.connect(built, [workspace.new_id() for _ in range(size.members - 1)], NOON)
            for _ in range(size.constellations - 1):
                constellations.create(workspace.new_id(), workspace.new_id(), "Another", user_id, NOON)
        gc.freeze()  # What is loaded stays; the collector need not look at it again and again.
        try:
            yield Owner(world, made, Caller(user_id, session_id="session"), built)
        finally:
            gc.unfreeze()


def costs() -> None:
    """Print what requests cost at each size."""
    columns: list[dict[str, str]] = []
    whole: list[str] = []
    for size in SIZES:
        with owner_of(size) as owner:
            whole.append(f"{RIGHTS + math.ceil(owner.collection() / _TWO_PAGES)}")
            columns.append(found := dict[str, str]())
            for what, bill in _bills(owner):
                found[what] = f"{bill.reads:.1f} / {bill.writes} / {bill.calls}"
    goals = {STRUCTURE: f"≤ {' / '.join(whole)}"}
    table(
        "Constellations: read units / write units / AWS calls of a request",
        ["", *(f"{s.images:,} images, {s.folders:,} folders" for s in SIZES), "goal"],
        [
            ["", *(f"{s.members:,} members, {s.constellations:,} constellations" for s in SIZES), ""],
            *([what, *(column[what] for column in columns), goals.get(what, "")] for what in columns[0]),
        ],
    )


def _bills(owner: Owner) -> Generator[tuple[str, Bill]]:
    constellation, image = owner.workspace.id, owner.workspace.images[0]
    folder = owner.workspace.folders[-1]
    here = {"constellation_uuid": constellation}
    file = File("IMG_2041.png", pictures.still("PNG", 60, 40))
    yield "the rights check: GET /constellations/{id}", owner.spends("get_constellation", path=here)
    yield (
        "GET /images/{id}, JSON",
        owner.spends("workspace_get_image", path={"image_uuid": image.id}, headers={"Accept": "application/json"}),
    )
    yield "GET /folders/{id}", owner.spends("get_folder", path={"folder_uuid": folder.id})
    yield STRUCTURE, owner.spends("get_structure", path=here)
    yield (
        "GET /images, first 100 of a constellation",
        owner.spends("workspace_list_images", query={**here, "limit": "100"}),
    )
    yield "GET /images, first 1,000 of a constellation", owner.spends("workspace_list_images", query=here)
    yield "GET /images, first 100 of all", owner.spends("workspace_list_images", query={"limit": "100"})
    yield "GET /constellations", owner.spends("list_constellations")
    yield "POST /images in no constellation", owner.spends("workspace_add_image", 201, form={"file": file})
    yield "POST /images in the constellation", owner.spends("workspace_add_image", 201, form={"file": file, **here})
    yield (
        "PATCH /images/{id}, a name",
        owner.spends("workspace_change_image", path={"image_uuid": image.id}, json={"name": "Sea.png"}),
    )
    yield (
        "PATCH /folders/{id}, a move",
        owner.spends(
            "change_folder", path={"folder_uuid": folder.id}, json={"parent_folder_uuid": owner.workspace.folders[0].id}
        ),
    )
    yield "DELETE /folders/{id}", owner.spends("delete_folder", path={"folder_uuid": folder.id})
    yield "DELETE /constellations/{id}", owner.spends("delete_constellation", path=here)


def times() -> list[Row]:
    """Rows of the report."""
    size = SIZES[-1]
    with (
        tempfile.TemporaryDirectory() as data,
        running_product(Path(data)) as product,
        product.http() as client,
    ):
        user = User(client)
        with product.reached():
            made = workspace.create(user.id, size.folders, size.images, datetime.now(UTC))
        nodes = f"of {size.images + size.folders:,} nodes"
        return [
            _timed(f"GET /structure {nodes}", lambda: user.asks("GET", f"/structure/{made.id}"), "p50 ≤ 400 ms"),
            _timed(f"GET /folders/{{id}} {nodes}", lambda: user.asks("GET", f"/folders/{made.folders[-1].id}")),
            _timed(f"GET /images, the first 100 {nodes}", lambda: user.asks("GET", "/images", params={"limit": 100})),
            _timed("GET /constellations/{id}", lambda: user.asks("GET", f"/constellations/{made.id}")),
        ]


def _timed(what: str, request: Callable[[], httpx.Response], goal: str = "") -> Row:
    request().raise_for_status()
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        request().raise_for_status()
        rounds.append(time.perf_counter() - started)
    cuts = statistics.quantiles(rounds, n=20)
    return Row(f"{what}, p50 / p95", f"{cuts[9] * 1000:.0f} / {cuts[18] * 1000:.0f} ms", goal)


if __name__ == "__main__":
    costs()
    report("Constellations, through the edge", times())
