"""One product for the end-to-end tests of a worker, on the engine that checks signatures and policies."""

import contextlib
from collections.abc import Generator

import httpx
import pytest

from tests.support.internet import Host, file, redirect
from tests.support.product import Product, running_product
from tests.support.sharing import SMALL


@pytest.fixture(scope="session")
def files() -> Generator[Host]:
    """A host of the outside, from which files may be fetched: a picture, and a way around to it."""
    answers = {"/sea.gif": file(SMALL), "/around": redirect("/sea.gif")}
    host = Host(lambda asked: answers.get(asked.split()[1], file(b"", "404 Not Found")), tls=False)
    with contextlib.closing(host):
        yield host


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, files: Host) -> Generator[Product]:
    """The product, running."""
    allowed = f"127.0.0.1:{files.port}"
    with running_product(tmp_path_factory.mktemp("product"), ENGINE_AUTH="true", OUTBOUND_ALLOW=allowed) as product:
        yield product


@pytest.fixture
def client(product: Product) -> Generator[httpx.Client]:
    """A client of the product; it is running when a test begins."""
    if not product.running():
        product.start()
    with product.http() as client:
        yield client
