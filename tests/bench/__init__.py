"""What ``make bench`` measures; nothing here is asserted by a test."""

import os
import platform
import sys
from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One line of a report; ``goal`` may be empty."""

    what: str
    figure: str
    goal: str


def report(title: str, rows: Sequence[Row]) -> None:
    """Print the rows as a table, with the machine they were measured on."""
    width = max(len(row.what) for row in rows)
    python = platform.python_version()
    sys.stdout.write(f"\n{title} ({platform.machine()}, {os.cpu_count()} cores, Python {python})\n")
    for row in rows:
        goal = f"  goal {row.goal}" if row.goal else ""
        sys.stdout.write(f"  {row.what:{width}}  {row.figure:>10}{goal}\n")
