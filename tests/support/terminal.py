"""A program on a terminal, for a test that types and reads as a person would."""

import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

SECONDS = 60


class Terminal:
    """A running program and what it has shown."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._near, far = pty.openpty()
        self.process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=far,
            stdout=far,
            stderr=far,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(far)
        self.shown = ""

    def types(self, text: str) -> None:
        """Type a text."""
        os.write(self._near, text.encode())

    def shows(self, *texts: str) -> str:
        """Wait until all texts are there that were not read before, and return what was shown with them."""
        until, shown = time.monotonic() + SECONDS, ""
        while not all(text in shown for text in texts):
            assert time.monotonic() < until, shown
            read = self._read(0.1)
            assert read is not None, shown
            shown += read
        return shown

    def types_in_secret(self, text: str) -> None:
        """Type a text once the program keeps the terminal from showing it."""
        until = time.monotonic() + SECONDS
        while termios.tcgetattr(self._near)[3] & termios.ECHO:
            assert time.monotonic() < until, self.shown
        self.types(text)

    def ends(self) -> int:
        """Wait for the end, and return the exit status."""
        until = time.monotonic() + SECONDS
        while self._read(0.1) is not None:
            assert time.monotonic() < until, self.shown
        return self.process.wait(SECONDS)

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        os.close(self._near)

    def _read(self, seconds: float) -> str | None:
        """Return what is shown next, or None after the end of the program."""
        # Asked first: what a program shows just before its end must still be read.
        has_ended = self.process.poll() is not None
        if not select.select([self._near], [], [], seconds)[0]:
            return None if has_ended else ""
        try:
            read = os.read(self._near, 65536).decode(errors="replace")
        except OSError:
            # Linux says so when nobody has the terminal open any more.
            return None
        self.shown += read
        return read


@contextmanager
def on_terminal(arguments: Sequence[str], environment: Mapping[str, str]) -> Generator[Terminal]:
    """Run a program on a terminal."""
    terminal = Terminal(arguments, environment)
    try:
        yield terminal
    finally:
        terminal.close()
