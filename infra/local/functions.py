"""Start the process of a function by forking one that has imported what functions share.

The engine gives each function a process of its own. A new interpreter would spend most of its start on modules that all
functions have. A fork has them at once and shares their memory.
"""

import multiprocessing
import os
import pkgutil
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any

import constellation
from constellation.imaging import ALLOCATOR
from infra import ROOT

_PACKAGES = ("aws_lambda_powertools.logging", "aws_lambda_powertools.metrics", "botocore.session")
"""What functions import when they first need it."""

_ENVIRONMENT = {**ALLOCATOR, "AWS_LAMBDA_FUNCTION_NAME": "none yet"}
"""What the C library and the core read when a process starts, too early to come with a function."""

_forking = multiprocessing.get_context("forkserver")


def start_fork_server() -> None:
    """Start the process that functions are forked from. It imports while the engine starts."""
    core = [module.name for module in pkgutil.walk_packages(constellation.__path__, "constellation.")]
    _forking.set_forkserver_preload([__name__, *core, *_PACKAGES])
    before = dict(os.environ)
    os.environ.update(_ENVIRONMENT)
    os.environ.pop("TMPDIR", None)  # the server's socket lies there, and its path must be short
    tempfile.tempdir = None
    forkserver.ensure_running()
    os.environ.clear()
    os.environ.update(before)
    tempfile.tempdir = None


class FunctionProcess:
    """What the engine uses of ``subprocess.Popen``: a process with pipes that runs a Python script."""

    def __init__(self, command: Sequence[str], *, cwd: str, env: Mapping[str, str], **_: Any) -> None:
        asked, answered, logged = (_forking.Pipe(duplex=False) for _ in range(3))
        its_own = (asked[0], answered[1], logged[1])
        self._process = _forking.Process(target=_run, args=(command[1], cwd, dict(env), its_own), daemon=True)
        self._process.start()
        for end in its_own:
            end.close()
        self.stdin = _text(asked[1], "w")
        self.stdout = _text(answered[0], "r")
        self.stderr = _text(logged[0], "r")

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal, or None while the process runs."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._process.terminate()

    def kill(self) -> None:
        """Send SIGKILL."""
        self._process.kill()

    def wait(self, timeout: float) -> int:
        """Wait for the end and return the exit status. Raises TimeoutExpired after ``timeout`` seconds."""
        self._process.join(timeout)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout)
        return status


def _text(end: Connection, mode: str) -> Any:
    descriptor = os.dup(end.fileno())
    end.close()
    return os.fdopen(descriptor, mode, buffering=1, encoding="utf-8")


def _run(script: str, folder: str, environment: Mapping[str, str], pipes: Sequence[Connection]) -> None:
    """Run a script in the forked process, as a new interpreter would."""
    for descriptor, pipe in enumerate(pipes):
        os.dup2(pipe.fileno(), descriptor)
        pipe.close()
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = [place for place in sys.path if place != str(ROOT)]  # a function has only what is deployed with it
    runpy.run_path(script, run_name="__main__")
