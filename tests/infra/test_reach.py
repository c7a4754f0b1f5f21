"""What each function carries and imports is decided: neither its layers nor its modules grow unseen."""

import json

from infra.discovery import Application
from tests.infra.reach import TABLE, reach, text

IMAGING = "constellation.imaging"
WITHOUT_PIXELS = {IMAGING, *(f"{IMAGING}.{name}" for name in ("asked", "grammar", "options"))}
"""What a function that touches no picture may know of imaging."""


def test_layers_and_modules_are_as_noted(application: Application) -> None:
    noted, found = json.loads(TABLE.read_text(encoding="utf-8")), reach(application)
    changed = {
        name: f"{noted.get(name)} is noted, {found.get(name)} found"
        for name in sorted({*noted, *found})
        if noted.get(name) != found.get(name)
    }
    assert not changed, "if this is meant: python -m tests.infra.reach"
    assert TABLE.read_text(encoding="utf-8") == text(found), "python -m tests.infra.reach"


def test_only_functions_with_the_imaging_layer_reach_the_code_for_pixels(application: Application) -> None:
    reached = {
        function.name: sorted(name for name in function.modules - WITHOUT_PIXELS if name.startswith(f"{IMAGING}."))
        for function in application.functions
    }
    carrying = {function.name for function in application.functions if "imaging" in function.layers}
    assert {name for name, modules in reached.items() if modules} == carrying
