"""The command line, run as a person would run it."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from infra import ROOT

SOURCES = ROOT / "layers" / "client" / "python"
COMMAND = (sys.executable, "-m", "constellation_client")
SECONDS = 120


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        """What ``--json`` has printed."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.out.splitlines()


class CommandLine:
    """The command ``constellation`` of a person with a home folder of its own."""

    def __init__(self, home: Path, url: str = "", token: str = "") -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": str(SOURCES),
            "PYTHONUTF8": "1",
            **({"CONSTELLATION_URL": url} if url else {}),
            **({"CONSTELLATION_TOKEN": token} if token else {}),
        }

    def start(
        self,
        *arguments: str | bytes | Path,
        cwd: Path | None = None,
        out: Any = subprocess.PIPE,
        err: Any = subprocess.PIPE,
        room: int = resource.RLIM_INFINITY,
    ) -> subprocess.Popen[bytes]:
        """Start a command. No file that it writes can become larger than ``room``, as on a disk that is full."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            cwd=cwd,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        )

    def __call__(
        self,
        *arguments: str | bytes | Path,
        stdin: str = "",
        cwd: Path | None = None,
        room: int = resource.RLIM_INFINITY,
    ) -> Ended:
        """Run a command to its end. It never prints a traceback."""
        return ended(self.start(*arguments, cwd=cwd, room=room), stdin)


def ended(process: "subprocess.Popen[bytes]", stdin: str = "") -> Ended:
    """Wait for a command's end."""
    out, err = process.communicate(stdin.encode(), timeout=SECONDS)
    told = Ended(process.returncode, (out or b"").decode(), (err or b"").decode())
    assert "Traceback" not in told.err, told.err
    return told
