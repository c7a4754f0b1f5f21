"""Every grant of every function is needed: the scenarios of a part use all of them, and none reaches further.

That each call is granted is checked at every invocation in every test (``World.invoke``).
"""

import importlib
from pathlib import Path

import pytest

from tests.support.world import Scenario, World, function_names, load

TESTS = Path(__file__).parent.parent
PARTS = sorted(path.parent.relative_to(TESTS) for path in TESTS.glob("**/scenarios.py"))


def scenarios() -> dict[str, Scenario]:
    """All parts' scenarios by function: each makes its function use every grant that it has."""
    found: dict[str, Scenario] = {}
    for part in PARTS:
        found.update(importlib.import_module(".".join(("tests", *part.parts, "scenarios"))).SCENARIOS)
    return found


@pytest.mark.parametrize("name", [name for name in function_names() if load(name).grants])
def test_every_grant_is_used(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    scenarios()[name](world, monkeypatch)
    assert world.unused(name) == []
