"""Every grant of every function is needed: the scenarios of a part use all of them, and none reaches further.

That each call is granted is checked at every invocation in every test (``World.invoke``).
"""

import importlib
from pathlib import Path

import pytest

from tests.world import Scenario, World, function_names, load

ROOT = Path(__file__).parents[2]
MODULES = sorted(path.relative_to(ROOT).with_suffix("").parts for path in ROOT.glob("tests/**/scenarios.py"))


def scenarios() -> dict[str, Scenario]:
    """Return the scenarios of all features by function. Each makes its function use every grant that it has."""
    found: dict[str, Scenario] = {}
    for parts in MODULES:
        found.update(importlib.import_module(".".join(parts)).SCENARIOS)
    return found


@pytest.mark.parametrize("name", [name for name in function_names() if load(name).grants])
def test_every_grant_is_used(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    scenarios()[name](world, monkeypatch)
    assert world.unused(name) == []
