"""Any options on any picture give exactly the size and type that the contract says, or are refused."""

from random import Random

from tests.support.random_options import faults, originals


def test_thousands_of_random_option_sets() -> None:
    found, outcomes = faults(originals(), Random(1), 3000)
    assert found == []
    assert min(outcomes[extension] for extension in ("jpg", "png", "webp", "gif", "avif")) > 100, outcomes
    assert outcomes["refused"] > 500
