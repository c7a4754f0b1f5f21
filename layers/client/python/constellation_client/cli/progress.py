"""The bar of a long command, drawn by rich."""

import contextlib
import sys
from collections.abc import Generator

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class _Shown:
    def __init__(self, progress: Progress, task: TaskID, doing: str) -> None:
        self._progress, self._task, self._doing = progress, task, doing
        self._files = self._all = self._size = 0

    def add(self, files: int = 0, size: int = 0) -> None:
        self._files += files
        self._progress.update(self._task, advance=size, description=self._text())

    def expect(self, files: int = 0, size: int = 0) -> None:
        self._all += files
        self._size += size
        self._progress.update(self._task, total=self._size, description=self._text())

    def _text(self) -> str:
        return f"{self._doing} {self._files:,}/{self._all:,}"


@contextlib.contextmanager
def shown(doing: str) -> Generator[_Shown]:
    """Show a bar on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        refresh_per_second=5,
        # On a terminal, results are printed above the bar. In a pipe, they must not get into it.
        redirect_stdout=sys.stdout.isatty(),
    ) as progress:
        yield _Shown(progress, progress.add_task(doing, total=None), doing)
