"""How long the first page of the console takes with a cold cache, on a processor of a quarter and 1.6 Mbit/s."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.support.product import running_product

SLOWER, BITS, ROUND_TRIP, ROUNDS = 4, 1_600_000, 150, 5

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


def main() -> None:
    """Print the medians of a few first visits."""
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder)) as product, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        ready, painted = zip(*(first_page(browser, product.url) for _ in range(ROUNDS)), strict=True)
        browser.close()
    told = f"ready after {statistics.median(ready):.2f} s, painted after {statistics.median(painted):.2f} s"
    print(f"console, first page: {told}")  # noqa: T201


if __name__ == "__main__":
    main()
