"""A few rounds of each race for images; ``python -m tests.bench.races`` runs them all."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.http_image_races import Racer, deletions, deletions_and_renders, two_changes
from tests.support.product import Product


@pytest.mark.parametrize(
    ("race", "rounds"),
    [(two_changes, 5), (deletions, 5), (deletions_and_renders, 10)],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_a_race(product: Product, client: httpx.Client, race: Callable[[Racer, int], None], rounds: int) -> None:
    race(Racer(product, client), rounds)
