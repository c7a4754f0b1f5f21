"""How long the console takes: its first page from a cold cache, 10,000 pictures, 1,000 folders."""

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from tests.bench import Row, report
from tests.console.many import DEEP, MANY_FOLDERS, ManyPictures, jump, load_all, many_folders, wait_until_painted
from tests.console.visit import Visit
from tests.support.browser import CHROMIUM
from tests.support.http_user import User
from tests.support.product import Product, running_product

SLOWER, BITS, ROUND_TRIP, ROUNDS = 4, 1_600_000, 150, 5
"""The processor's speed as a part of this one's, bits a second, milliseconds, first visits."""

_READY = """() => new Promise(done => new PerformanceObserver(list =>
  done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))"""


def first_page(browser: Browser, url: str) -> tuple[float, float]:
    """Return the seconds until the form can be used, and until its largest part is painted."""
    context = browser.new_context()
    page = context.new_page()
    session: Any = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line = {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8}
    session.send("Network.emulateNetworkConditions", line)
    page.goto(f"{url}/", wait_until="commit")
    page.get_by_role("button", name="Sign in").wait_for()
    ready, painted = page.evaluate("performance.now()"), page.evaluate(_READY)
    context.close()
    return ready / 1000, painted / 1000


def gallery(visit: Visit, user: User) -> list[float]:
    """Return the milliseconds of CPU from jumps to places of the gallery to the frames that show them."""
    page = visit.sign_in(user, "/upload")
    ManyPictures().answer(page)
    page.get_by_role("link", name="Pictures", exact=True).click()
    load_all(page)
    return [_busy(visit, lambda part=part: jump(page, part / 20)) for part in (0, 19, 3, 11, 20, 7, 13)]


def folders(visit: Visit, product: Product) -> tuple[list[float], list[float]]:
    """Return the milliseconds of CPU from a click to the frame with a thousand folders, and with the deepest one."""
    with many_folders(product) as place:
        place.user.gets("POST", "/api/shares", {"target": {"type": "folder", "id": place.deepest}})
        wide = _opened(visit, place.user, "/constellations", "Journey", f'[aria-posinset="{MANY_FOLDERS + 1}"]')
        deepest = f'[aria-level="{DEEP + 1}"][aria-selected="true"]'
        return wide, _opened(visit, place.user, "/shares", f"Deep {DEEP:03}", deepest)


def _opened(visit: Visit, user: User, path: str, name: str, last: str) -> list[float]:
    page = visit.sign_in(user, path)
    link = page.get_by_role("link", name=name)
    took: list[float] = []
    for _ in range(ROUNDS):
        page.reload()
        expect(link).to_be_visible()

        def opens() -> None:
            link.click()
            wait_until_painted(page, last)

        took.append(_busy(visit, opens))
        page.go_back()
    return took


def _busy(visit: Visit, act: Callable[[], Any]) -> float:
    """Return the milliseconds of CPU that the page's thread uses for something, but for the commands of this bench."""
    devtools: Any = visit.context.new_cdp_session(visit.page)

    def used() -> float:
        values = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
        return values["TaskDuration"] - values["DevToolsCommandDuration"]

    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = used()
    act()
    return (used() - before) * 1000


def main() -> None:
    """Print medians."""
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder)) as product, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        ready, painted = zip(*(first_page(browser, product.url) for _ in range(ROUNDS)), strict=True)
        with product.http() as client:
            jumps = gallery(Visit(browser, product.url), User(client))
            wide, deep = folders(Visit(browser, product.url), product)
        browser.close()
    report(
        "Console",
        [
            Row("first page ready, CPU ÷ 4, 1.6 Mbit/s", f"{statistics.median(ready):.2f} s", "≤ 2.5 s"),
            Row("first page painted", f"{statistics.median(painted):.2f} s", ""),
            Row("a place of 10,000 pictures, CPU until painted", f"{statistics.median(jumps):.0f} ms", "≤ 200 ms"),
            Row("a folder of 1,000, CPU until painted", f"{statistics.median(wide):.0f} ms", "≤ 200 ms"),
            Row("the hundredth folder below, CPU until painted", f"{statistics.median(deep):.0f} ms", "≤ 200 ms"),
        ],
    )


if __name__ == "__main__":
    main()
