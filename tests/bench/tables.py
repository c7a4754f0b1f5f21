"""What a part of the bench hands over: tables that are printed, or written as Markdown."""

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.bench import table


class Table(NamedTuple):
    """Rows of texts under their columns; ``remark`` says what is to be known to read them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    remark: str = ""


def show(tables: Iterable[Table]) -> None:
    """Print tables."""
    for title, columns, rows, remark in tables:
        table(title, columns, rows)
        if remark:
            sys.stdout.write(f"  {remark}\n")


def markdown(found: Table) -> str:
    """A table as a section of a Markdown document."""
    lines = [found.columns, ["---"] * len(found.columns), *found.rows]
    body = "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
    return "\n\n".join(part for part in (f"### {found.title}", found.remark, body) if part) + "\n"
