"""Have the command of Schemathesis try every operation of the OpenAPI document on a product, with all checks."""

import json
import os
import subprocess
import sys
from pathlib import Path

from infra import ROOT
from infra.openapi import DOCUMENT
from tests.fuzz.api import Person

KNOWN = "KNOWN_IDS"
"""The variable with the ids for each operation, by the names that the document has for them, as JSON."""

_CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
_SECONDS = 3600


def conform(url: str, examples: int, folder: Path) -> tuple[int, str]:
    """Return the exit status, and what was found.

    ``examples`` are the random requests for each operation, beside those that its boundaries and examples make. What is
    tried is the same each time.
    """
    person = Person(url)
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    labels = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "layers" / "core" / "python"))),
        "JWT": person.credentials["jwt"],
        "API_KEY": person.credentials["api_key"],
        KNOWN: json.dumps({label: person.known(label) for label in labels}),
    }
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIGURATION), "run", str(DOCUMENT)]
    done = subprocess.run(
        [*command, "--url", url, "--max-examples", str(examples), "--no-color"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
