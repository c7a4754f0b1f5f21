"""Run the processes that do one thing and end: synthesis and deployment."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from infra import ROOT


def run_module(module: str, *arguments: str, env: Mapping[str, str], stderr: int | None) -> tuple[int, str, str]:
    """Run a module of the project to its end; return its exit status, output and error output.

    It runs in a session of its own, so a Ctrl-C reaches only the launcher. If the launcher is interrupted while it
    waits, it kills the child and everything that the child has started.
    """
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            output, errors = child.communicate()
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    return child.returncode, output, errors or ""
