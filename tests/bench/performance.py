"""``docs/performance.md``: every table of the parts, the machine they were measured on, and what is to be said of them.

The words are those of ``docs/performance-notes.md``, which is written by hand.
"""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from infra import ROOT
from tests.bench import (
    answers,
    calls,
    cold_start,
    ingest,
    one_machine,
    options,
    overhead,
    throughput,
    tiles,
    transforms,
)
from tests.bench.tables import markdown, show

DOCUMENT, NOTES = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance-notes.md"

PARTS = {
    "Transforms": transforms.tables,
    "As the product answers": lambda: [*answers.tables(), *tiles.tables()],
    "Options of links": options.tables,
    "Originals of uploads": ingest.tables,
    "Cold starts": cold_start.tables,
    "Requests": overhead.tables,
    "AWS calls and money": calls.tables,
    "On one machine": lambda: [*one_machine.tables(), *throughput.tables()],
}


def main() -> None:
    """Measure everything, print it and write it down."""
    sections = ["# Performance\n", f"{_heading()}\n"]
    for title, tables in PARTS.items():
        found = tables()
        show(found)
        sections += [f"## {title}\n", *map(markdown, found)]
    DOCUMENT.write_text("\n".join([*sections, NOTES.read_text(encoding="utf-8")]), encoding="utf-8")


def _heading() -> str:
    """When, where and with what."""
    day = datetime.now(UTC).date().isoformat()
    return (
        f"Written by `make bench` on {day}: {_processor()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}. Times belong to that machine; "
        "what is compared was measured in turns, so the ratios are what to read."
    )


def _processor() -> str:
    """The processor's name (Linux)."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "an unnamed processor")


if __name__ == "__main__":
    main()
