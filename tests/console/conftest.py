"""One running product for all tests of the console, and a browser for each file.

The fixture ``visit`` is a browser's window of its own. At its end it fails where the page has printed an error, broken
its Content-Security-Policy, asked another host, or got a cookie.
"""

from collections.abc import Generator

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.console.visit import Visit
from tests.support.browser import CHROMIUM
from tests.support.product import Product, running_product

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Generator[Product]:
    with running_product(tmp_path_factory.mktemp("product"), ENGINE_AUTH="true") as product:
        yield product


@pytest.fixture
def client(product: Product) -> Generator[httpx.Client]:
    with httpx.Client(base_url=product.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """A browser of one file: while Playwright runs, no other event loop can, so it must end before other tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, product: Product) -> Generator[Visit]:
    visit = Visit(browser, product.url)
    yield visit
    visit.end()
