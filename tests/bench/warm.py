"""Warm latency through the edge, and memory: the whole product on this machine, as ``make run`` serves it."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.bench import Row, report
from tests.photographs import sunset
from tests.support.product import Product, children, running_product

ROUNDS = 300
FRESH = 30
PASSWORD = "correct horse battery"


def main() -> list[Row]:
    """Rows of the report."""
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder), {})
        first = product.start()
        product.stop()
        with running_product(Path(folder)):
            pass
        second = product.start()
        try:
            idle = _resident_megabytes(product.pid)
            with product.http() as client:
                return [
                    Row("make run to the ready line, environment installed", f"{first:.1f} s", ""),
                    Row("make run, the second time", f"{second:.1f} s", "< 25 s"),
                    Row("memory idle after the ready line, engine and edge", f"{idle:.0f} MB", "≤ 300 MB"),
                    *_latencies(client),
                ]
        finally:
            product.stop()


def _latencies(client: httpx.Client) -> list[Row]:
    account = {"email": "ada@example.org", "password": PASSWORD}
    client.post("/api/auth/signup", json=account).raise_for_status()
    token = client.post("/api/auth/login", json=account).raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    upload = client.post("/api/upload", headers=headers, files={"image": ("sunset.jpg", sunset())}).raise_for_status()
    link = f"/image/{upload.json()['id']}.jpg"

    def me() -> httpx.Response:
        return client.get("/users/me", headers=headers)

    def cached() -> httpx.Response:
        return client.get(link, params={"w": 800})

    widths = iter(range(801, 2000))

    def fresh() -> httpx.Response:
        return client.get(link, params={"w": next(widths)})

    return [
        Row("authed GET /users/me, p50", _median(me, ROUNDS), "≤ 25 ms"),
        Row("cached link, p50", _median(cached, ROUNDS), "≤ 5 ms"),
        Row("fresh rendition of a 12 MP photograph, 801–830 wide, p50", _median(fresh, FRESH), "≤ 150 ms"),
    ]


def _median(request: Callable[[], httpx.Response], rounds: int) -> str:
    """The median of ``rounds`` requests in a row, after one that is not counted."""
    request().raise_for_status()
    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        request().raise_for_status()
        times.append(time.perf_counter() - started)
    return f"{statistics.median(times) * 1000:.1f} ms"


def _resident_megabytes(pid: int) -> float:
    """Proportional set size of a process and all that it has started (Linux)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return own / 1000 + sum(_resident_megabytes(child) for child in children(pid))


if __name__ == "__main__":
    report("Warm, through the edge", main())
