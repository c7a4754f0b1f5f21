"""The processes that do one thing and end: synthesis and deployment."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from infra import ROOT


def run_module(module: str, *arguments: str, env: Mapping[str, str], stderr: int | None) -> tuple[int, str, str]:
    """Run a module of the project to its end; the answer is its exit status, output and error output.

    It is in a session of its own: what is pressed at the terminal reaches the launcher alone, and a signal that ends
    the launcher's waiting ends the child with everything that it has started.
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
