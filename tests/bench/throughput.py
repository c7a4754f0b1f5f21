"""What ``make run`` serves to several clients at once: renditions, fresh and cached, lists and uploads, by the edge.

Run alone by ``python -m tests.bench.throughput``; ``make bench`` writes it to ``docs/performance.md``.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from threading import local
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from tests import photographs
from tests.bench.pictures import JPEG_12, PICTURES, SMALL, prepare
from tests.bench.tables import Table, show
from tests.support.http_user import User
from tests.support.product import running_product

CLIENTS = (1, 4, 16)
PHOTOGRAPHS, LISTED = 8, 31

NARROWEST = 500
"""The first width of a fresh rendition, in pixels; each photograph's next one is a pixel wider."""

FORM = "multipart/form-data; boundary=x"


class Scenario(NamedTuple):
    """A kind of request, ``number`` of which are sent by all clients together."""

    what: str
    number: int
    request: Callable[[HTTPConnection], int]


class Outcome(NamedTuple):
    """Seconds of each request, in order of size; how many were refused; seconds of them all together."""

    seconds: Sequence[float]
    refused: int
    all_seconds: float


def tables() -> list[Table]:
    """Every scenario with every number of clients."""
    prepare()
    with tempfile.TemporaryDirectory() as data, running_product(Path(data)) as product:
        scenarios = _scenarios(product.url)
        for each in scenarios:  # functions start as often as is needed at once
            _sent(product.url, each._replace(number=2 * max(CLIENTS)), max(CLIENTS))
        found = {each: [_sent(product.url, each, clients) for clients in CLIENTS] for each in scenarios}
    columns = ["requests", *(f"{number} client{'s' * (number > 1)}" for number in CLIENTS), "refused"]
    rows = [
        [f"{each.what} ({each.number})", *map(_told, outcomes), str(sum(outcome.refused for outcome in outcomes))]
        for each, outcomes in found.items()
    ]
    remark = (
        "Requests a second, and p50 / p99 in ms, through the local edge. In brackets: how many requests. The clients, "
        "the edge, the engine and the functions share the cores of this machine. A photograph has 12 MP, a picture "
        "that is uploaded 640 × 480 pixels."
    )
    return [Table("Throughput of the stack on this machine", columns, rows, remark)]


def _scenarios(url: str) -> list[Scenario]:
    with httpx.Client(base_url=url, timeout=60) as client:
        user = User(client)

        def upload(content: bytes) -> str:
            files = {"image": ("a.jpg", content)}
            sent = client.post("/api/upload", files=files, headers=user.headers, data={"isPublic": "true"})
            return sent.raise_for_status().json()["id"]

        photograph = PICTURES.joinpath(JPEG_12).read_bytes()
        ids = [upload(photograph) for _ in range(PHOTOGRAPHS)]
        for _ in range(LISTED):
            upload(photographs.flower())
    numbers = itertools.count()
    small = PICTURES.joinpath(SMALL).read_bytes()
    body = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + small + b"\r\n--x--\r\n"

    def rendition(connection: HTTPConnection) -> int:
        width, image = divmod(next(numbers), len(ids))
        return _asked(connection, "GET", f"/image/{ids[image]}.jpg?w={NARROWEST + width}")

    history = partial(_asked, method="GET", path="/api/images/history/1", headers=user.headers)
    form = {**user.headers, "Content-Type": FORM}
    return [
        Scenario("a cached rendition", 1000, partial(_asked, method="GET", path=f"/image/{ids[0]}.jpg?w=400")),
        Scenario("fresh renditions of photographs", 200, rendition),
        Scenario("the first page of one's history", 400, history),
        Scenario("uploads", 160, partial(_asked, method="POST", path="/api/upload", headers=form, body=body)),
    ]


def _asked(
    connection: HTTPConnection, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> int:
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _sent(url: str, scenario: Scenario, clients: int) -> Outcome:
    """Have clients, each with a connection of its own, send the requests of a scenario, each when its last is done."""
    own, address = local(), urlsplit(url).netloc

    def connect() -> None:
        own.connection = HTTPConnection(address, timeout=120)

    def timed(_: int) -> tuple[float, int]:
        begun = time.perf_counter()
        status = scenario.request(own.connection)
        return time.perf_counter() - begun, status

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients, initializer=connect) as pool:
        took = list(pool.map(timed, range(scenario.number)))
    spent = time.perf_counter() - begun
    refused = sum(status >= httpx.codes.BAD_REQUEST for _, status in took)
    return Outcome(sorted(seconds for seconds, _ in took), refused, spent)


def _told(outcome: Outcome) -> str:
    rate = len(outcome.seconds) / outcome.all_seconds
    p50, p99 = statistics.median(outcome.seconds), outcome.seconds[int(len(outcome.seconds) * 0.99)]
    return f"{rate:.0f} / s; {p50 * 1000:.0f} / {p99 * 1000:.0f}"


if __name__ == "__main__":
    show(tables())
