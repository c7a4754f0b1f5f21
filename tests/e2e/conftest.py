"""One product for the end-to-end tests of a worker, on the engine that checks signatures and policies."""

from collections.abc import Generator

import httpx
import pytest

from tests.support.product import Product, running_product


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Generator[Product]:
    """The product, running."""
    with running_product(tmp_path_factory.mktemp("product"), ENGINE_AUTH="true") as product:
        yield product


@pytest.fixture
def client(product: Product) -> Generator[httpx.Client]:
    """A client of the product; it is running when a test begins."""
    if not product.running():
        product.start()
    with httpx.Client(base_url=product.url, timeout=30) as client:
        yield client
