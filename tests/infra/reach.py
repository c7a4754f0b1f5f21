"""What each function carries and imports: ``python -m tests.infra.reach`` notes it in ``reach.json``."""

import json
from typing import Any

from infra import ROOT
from infra.discovery import Application, discover

TABLE = ROOT / "tests" / "infra" / "reach.json"


def reach(application: Application) -> dict[str, Any]:
    """Return the layers of each function and the number of our modules that it imports, directly or not."""
    return {
        function.name: {"layers": list(function.layers), "modules": len(function.modules)}
        for function in application.functions
    }


def text(found: dict[str, Any]) -> str:
    """Return the table as JSON with a function on each line."""
    lines = [f"{json.dumps(name)}: {json.dumps(each)}" for name, each in found.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(text(reach(discover())), encoding="utf-8")
