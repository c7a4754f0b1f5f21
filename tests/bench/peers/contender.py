"""The contenders as processes that live for many jobs, one thread each."""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constellation.imaging import ALLOCATOR
from infra import CORE, ROOT
from tests.bench.peers.install import NODE, NODE_MODULES, PYTHON

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": os.pathsep.join(map(str, (ROOT, CORE))),
    "NODE_PATH": str(NODE_MODULES),
    "OMP_NUM_THREADS": "1",
    "UV_THREADPOOL_SIZE": "1",
    "VIPS_CONCURRENCY": "1",
}
"""What every process has: where its packages are, and that one thread is enough."""

OURS, SHARP, THUMBOR, PYVIPS, PILLOW = "ours", "sharp", "thumbor", "pyvips", "plain Pillow"

COMMANDS: Mapping[str, Sequence[Path | str]] = {
    OURS: (sys.executable, "-m", "tests.bench.peers.ours"),
    SHARP: (NODE, Path(__file__).parent / "sharp.cjs"),
    THUMBOR: (PYTHON, "-m", "tests.bench.peers.thumbor"),
    PYVIPS: (PYTHON, "-m", "tests.bench.peers.vips"),
    PILLOW: (sys.executable, "-m", "tests.bench.peers.plain_pillow"),
}

ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {OURS: ALLOCATOR}
"""What the deployment of a contender adds to that; the others come without any."""

JUDGE = (PYTHON, "-m", "tests.bench.peers.judge")


@dataclass(frozen=True)
class Worker:
    """A process that answers line by line."""

    process: subprocess.Popen[str]

    def ask(self, question: Mapping[str, Any]) -> Any:
        """The answer to one question."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise ChildProcessError(f"{self.process.args} ended at {question}")
        return json.loads(answer)


@contextmanager
def working(command: Sequence[Path | str], environment: Mapping[str, str]) -> Generator[Worker]:
    """A process of its own."""
    pipe, variables = subprocess.PIPE, {**ENVIRONMENT, **environment}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=variables, cwd=ROOT) as process:
        yield Worker(process)


def contending(name: str) -> AbstractContextManager[Worker]:
    """The process of a contender."""
    return working(COMMANDS[name], ENVIRONMENTS.get(name, {}))
