"""What comes to lie in a constellation is known to it before: its place is found by one module, which sees to that."""

import ast
from pathlib import Path

CORE = Path(__file__).parents[2] / "layers" / "core" / "python" / "constellation"
FINDERS = {"workspaces/locations.py", "images/change.py"}
READERS = {"images/store.py", "workspaces/folder_store.py", "workspaces/access.py", "images/browse.py"}
"""Who makes of an item the place that it says or that must take it, or asks whether a place is there."""


def test_places_are_found_by_one_module() -> None:
    """Lists pass over a constellation that expects no image: one put in by another way would not be listed."""
    makers = {
        path.relative_to(CORE).as_posix()
        for path in CORE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Location"
    }
    assert makers == FINDERS | READERS
