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


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of texts under their columns, the first of which says what the row is about."""
    first, *others = ([row[n] for row in (columns, *rows)] for n in range(len(columns)))
    widths = [max(map(len, column)) for column in others]
    sys.stdout.write(f"\n{title}\n")
    for what, *cells in (columns, *rows):
        figures = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        sys.stdout.write(f"  {what:{max(map(len, first))}}  {figures}\n")
