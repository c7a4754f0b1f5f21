"""One running product and one browser for all tests of the console.

The fixture ``visit`` is a browser's window of its own. At its end it fails where the page has printed an error, broken
its Content-Security-Policy, asked another host, or got a cookie.
"""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.console.visit import Visit
from tests.support.browser import CHROMIUM
from tests.support.product import Product, running_product

FOLDER = Path(__file__).parent

expect.set_options(timeout=30_000)

CHROMIUM_FLAGS = ["--no-sandbox", "--js-flags=--no-opt --no-maglev"]
"""Pages live for seconds here: V8's optimizing compilers would take more time than they save."""

_opened = ExitStack()
"""The browser, and Playwright."""


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Generator[Product]:
    with running_product(tmp_path_factory.mktemp("product"), ENGINE_AUTH="true") as product:
        yield product


@pytest.fixture
def client(product: Product) -> Generator[httpx.Client]:
    with product.http() as client:
        yield client


@pytest.fixture(scope="session")
def browser() -> Browser:
    playwright = _opened.enter_context(sync_playwright())
    return _opened.enter_context(playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Close the browser after the last test of the console: while Playwright runs, no other event loop can."""
    if nextitem is None or nextitem.path.parent != FOLDER:
        _opened.close()


@pytest.fixture
def visit(browser: Browser, product: Product) -> Generator[Visit]:
    visit = Visit(browser, product.url)
    yield visit
    visit.end()
