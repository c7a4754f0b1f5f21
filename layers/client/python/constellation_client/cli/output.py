"""What the command prints: results on stdout, all else on stderr."""

import contextlib
import json
import os
import sys
import unicodedata
from collections.abc import Generator
from pathlib import Path
from typing import Any, Protocol

from constellation_client.files import Progress


class Bar(Protocol):
    """The progress of a command."""

    def add(self, files: int = 0, size: int = 0) -> None:
        """Count what was done."""
        ...

    def expect(self, files: int = 0, size: int = 0) -> None:
        """Count what is to be done."""
        ...


def counting(bar: Bar) -> Progress:
    """Return what adds the bytes of one file to a bar as they are sent, a repeated attempt only once."""
    counted = 0

    def progress(sent: int, _: int) -> None:
        nonlocal counted
        bar.add(size=sent - counted)
        counted = sent

    return progress


class Output:
    """The two streams, as ``--json`` and ``--quiet`` want them."""

    def __init__(self, as_json: bool, quiet: bool) -> None:
        self._as_json, self._quiet = as_json, quiet

    def result(self, text: str, **fields: Any) -> None:
        """Print a result: the text, or its fields as an object on one line."""
        print(json.dumps(fields) if self._as_json else printable(text))

    def note(self, text: str) -> None:
        """Print what is good to know, unless the command is to be quiet."""
        if not self._quiet:
            self.error(text)

    def error(self, text: str) -> None:
        """Print what a person has to know."""
        print(printable(text), file=sys.stderr)

    @contextlib.contextmanager
    def progress(self, doing: str) -> Generator[Bar]:
        """Show a bar while something is done, if somebody looks at a terminal."""
        if self._quiet or not sys.stderr.isatty():
            yield _NoBar()
            return
        from constellation_client.cli.progress import shown

        with shown(doing) as bar:
            yield bar


class _NoBar:
    def add(self, files: int = 0, size: int = 0) -> None:
        pass

    def expect(self, files: int = 0, size: int = 0) -> None:
        pass


def printable(text: str) -> str:
    r"""Return a text for one line of a terminal: control characters and bytes that are no text become ``\x…``."""
    if text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode("ascii") if unicodedata.category(each) in {"Cc", "Cs"} else each
        for each in text
    )


def shown_path(path: Path) -> str:
    """Return a path as it is printed and written to JSON."""
    return printable(os.fspath(path))
