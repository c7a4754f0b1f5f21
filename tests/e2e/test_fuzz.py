"""Requests made of the OpenAPI document, a part of those that ``make fuzz`` sends to the running product."""

import json
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from infra.openapi import DOCUMENT
from tests.fuzz.api import Person, fuzz
from tests.fuzz.conformance import conform
from tests.support.product import Product, running_product

PARTS = ("/constellations", "/images", "/api/user/", "/api/shares")
"""How the paths of a third of all operations begin. The second test asks every operation thirty times and more."""

CASES = 100


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Generator[Product]:
    """A product of its own: what is left of these requests, every function's process too, is in nobody's way."""
    with running_product(tmp_path_factory.mktemp("fuzzed"), ENGINE_AUTH="true") as product:
        yield product


def test_no_request_is_answered_with_a_fault(product: Product) -> None:
    """Those of somebody who is signed in; ``make fuzz`` sends them without a token, too."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    document["paths"] = {path: each for path, each in document["paths"].items() if path.startswith(PARTS)}
    found = fuzz(document, product.url, CASES, Person(product.url))
    assert found.faults == []
    assert found.cases >= CASES * 3 // 4
    assert found.statuses.keys() >= {200, 201, 204, 400, 404, 422}


def test_the_product_does_what_its_document_says(product: Product, tmp_path: Path) -> None:
    status, said = conform(product.url, 1, tmp_path)
    assert status == 0, said
    operations = len([*re.finditer('"operationId"', DOCUMENT.read_text(encoding="utf-8"))])
    assert f"Tested: {operations}\n" in said
    tried = re.search(r"(\d+) generated", said)
    assert tried
    assert int(tried[1]) > 30 * operations
