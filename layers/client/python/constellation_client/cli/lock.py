"""A lock between commands: a file's, which the operating system takes back when a command ends, however it ends."""

import contextlib
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _wait_for(file: IO[bytes]) -> None:
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except PermissionError:
                # Someone else has it. LK_LOCK would wait for no more than ten seconds.
                time.sleep(0.05)
            else:
                return
else:
    import fcntl

    def _wait_for(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextlib.contextmanager
def locked(path: Path) -> Generator[None]:
    """Wait for the lock of a file, and hold it. Threads exclude each other too. The file stays. Raises OSError."""
    with path.open("ab") as file:
        _wait_for(file)
        yield
