"""One module finds where something new comes to lie, because it also notes that before in the constellation."""

import ast
from pathlib import Path

CORE = Path(__file__).parents[3] / "layers" / "core" / "python" / "constellation"
FINDERS = {"workspaces/locations.py", "images/move.py"}
READERS = {
    "images/store.py",
    "shares/create.py",
    "workspaces/folder_store.py",
    "workspaces/access.py",
    "workspaces/files.py",
}
"""The modules that only read a location from an item, write into it, or ask whether it exists."""


def test_locations_are_found_by_one_module() -> None:
    """Lists skip a constellation that expects no image, so an image that enters another way would not be listed."""
    makers = {
        path.relative_to(CORE).as_posix()
        for path in CORE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Location"
    }
    assert makers == FINDERS | READERS
