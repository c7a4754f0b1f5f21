"""What ``make run`` takes for lists and searches, through the edge, for an owner of few images and of many.

Each size is an installation of its own, filled by its saved tables. They run side by side and are asked in turns.
"""

import json
import statistics
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from constellation.aws.resources import TABLES
from infra.local.engine import SAVE_SECONDS
from tests.bench.collection import RARE
from tests.bench.lists import BATCH, SIZES, owner_of
from tests.bench.tables import Table, show
from tests.support.accounts import PASSWORD, USERNAME
from tests.support.product import Product, running_product

ROUNDS, WARM_UP = 100, 5
GOAL = 25
"""Milliseconds that a request may take more with the most images than with the fewest."""

Items = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Items by their partition key and their sort key."""


@dataclass(frozen=True)
class Installation:
    """A running product whose one user has many images or few, and that user's client."""

    product: Product
    client: httpx.Client
    seconds_to_start: float
    seconds_to_save: float

    def get(self, page: int, **query: str) -> Any:
        """A page of the user's images."""
        return self.client.get(f"/api/images/history/{page}", params=query).raise_for_status().json()


@contextmanager
def installed(number: int) -> Generator[Installation]:
    """The product with so many images."""
    with TemporaryDirectory() as folder, running_product(Path(folder)) as product:
        names = {table.name: product.physical(f"Storage{table.name.capitalize()}Table") for table in TABLES}
        product.stop()
        _fill(product, {names[table]: items for table, items in _collection(number).items()})
        ready = product.start()
        with product.http() as client:
            before = _state(product).stat().st_mtime_ns
            credentials = {"username": USERNAME, "password": PASSWORD}
            begun = time.perf_counter()
            token = client.post("/api/auth/login", json=credentials).raise_for_status().json()["access_token"]
            while _state(product).stat().st_mtime_ns == before:
                time.sleep(0.05)
            saved = time.perf_counter() - begun
            client.headers["Authorization"] = f"Bearer {token}"
            yield Installation(product, client, ready, saved)


def tables() -> list[Table]:
    """Two tables: of the requests, and of the engine itself."""
    with ExitStack() as stack:
        installations = [stack.enter_context(installed(number)) for number in SIZES]
        cursors = {each.client: each.get(1)["meta"]["nextCursor"] for each in installations}
        requests: dict[str, Callable[[Installation], object]] = {
            "history, page 1": lambda each: each.get(1),
            "history, the next page by cursor": lambda each: each.get(2, cursor=cursors[each.client]),
            "search for a word of 10 images": lambda each: each.get(1, searchTerm=RARE),
        }
        rows = [_row(what, _medians(request, installations)) for what, request in requests.items()]
        engines = [
            ["start until ready, s", *(f"{each.seconds_to_start:.1f}" for each in installations)],
            ["a login is on disk after, s", *(f"{each.seconds_to_save:.1f}" for each in installations)],
            ["memory of the engine, MB", *(f"{_megabytes(each.product.engine()):.0f}" for each in installations)],
            ["stop, s", *(f"{_seconds(each.product.stop):.1f}" for each in installations)],
        ]
    columns = ["", *(f"{number:,} images" for number in SIZES)]
    return [
        Table(
            "Lists and searches on one machine",
            [*columns, "the most above the fewest", "goal"],
            rows,
            f"p50 of {ROUNDS} requests through the edge, ms, in turns; {BATCH - 1} images are beyond the search index.",
        ),
        Table("The engine with these images", columns, engines, f"It saves every {SAVE_SECONDS} s what has changed."),
    ]


def _row(what: str, found: list[float]) -> list[str]:
    more = found[-1] - found[0]
    return [
        what,
        *(f"{each:.1f}" for each in found),
        f"{more:.1f}",
        f"≤ {GOAL}, {'met' if more <= GOAL else 'not met'}",
    ]


def _collection(number: int) -> dict[str, dict[str, dict[str, Any]]]:
    """The tables of a product whose one user has so many images, by the tables' names in the code."""
    found: dict[str, dict[str, dict[str, Any]]] = {table.name: {} for table in TABLES}
    with owner_of(number) as owner:
        for (table, pk, sk), item in owner.engine.items().items():
            found[table].setdefault(pk, {})[sk] = item
    return found


def _fill(product: Product, tables: Mapping[str, Items]) -> None:
    """Put items in the place of all that the stopped product has saved in these tables."""
    file = _state(product)
    content = json.loads(file.read_text(encoding="utf-8"))
    for table in content["payload"]["tables"]["data"].values():
        if table["TableName"] in tables:
            table["items"] = tables[table["TableName"]]
            table["ItemCount"] = sum(map(len, table["items"].values()))
    file.write_text(json.dumps(content), encoding="utf-8")


def _state(product: Product) -> Path:
    return product.data / "data" / "state" / "dynamodb.json"


def _medians(request: Callable[[Installation], object], installations: Sequence[Installation]) -> list[float]:
    """The median milliseconds of a request to each, in turns, with the functions warm."""
    rounds = [[_seconds(partial(request, each)) for each in installations] for _ in range(WARM_UP + ROUNDS)]
    return [statistics.median(column) * 1000 for column in zip(*rounds[WARM_UP:], strict=True)]


def _seconds(doing: Callable[[], object]) -> float:
    begun = time.perf_counter()
    doing()
    return time.perf_counter() - begun


def _megabytes(process: int) -> float:
    """What a process has in memory (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS:"))


if __name__ == "__main__":
    show(tables())
