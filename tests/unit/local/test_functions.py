"""Processes of functions, forked from one that has imported what they share."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from multiprocessing import forkserver
from pathlib import Path

import pytest

from constellation.imaging import ALLOCATOR
from infra import CORE, ROOT
from infra.local.functions import FunctionProcess, start_fork_server

SECONDS = 30
"""The most that a process may need to end."""

Started = Callable[..., FunctionProcess]


@pytest.fixture(scope="module", autouse=True)
def fork_server() -> None:
    start_fork_server()


@pytest.fixture
def started(tmp_path: Path) -> Generator[Started]:
    """Start a process of a text, with variables."""
    processes: list[FunctionProcess] = []

    def start(text: str, **variables: str) -> FunctionProcess:
        script = tmp_path / "script.py"
        script.write_text(text)
        processes.append(FunctionProcess([sys.executable, f"{script}"], cwd=f"{tmp_path}", env=variables))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait(SECONDS)
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def test_what_is_read_when_a_process_starts_is_read_by_the_fork_server(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    monkeypatch.setattr(forkserver, "ensure_running", lambda: seen.append(dict(os.environ)))
    before = dict(os.environ)
    start_fork_server()
    assert seen == [{**before, **ALLOCATOR, "AWS_LAMBDA_FUNCTION_NAME": "none yet"}]
    assert os.environ == before


def test_a_data_folder_may_lie_deep(tmp_path: Path) -> None:
    """The path of a socket has at most some hundred characters."""
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    (tmp_path / "script.py").write_text("import tempfile; print(tempfile.gettempdir())")
    code = (
        "import os, sys; from infra.local.functions import *; start_fork_server()\n"
        "process = FunctionProcess([sys.executable, 'script.py'], cwd='.', env=os.environ)\n"
        "print(process.stdout.read())"
    )
    where = {"TMPDIR": f"{deep}", "PYTHONPATH": os.pathsep.join(map(str, (ROOT, CORE)))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=where, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == f"{deep}", done.stderr


def test_it_answers_and_logs_by_its_pipes(started: Started) -> None:
    process = started(
        "import sys\nfor line in sys.stdin: print(line.upper(), end='', flush=True); print('ü', file=sys.stderr)"
    )
    for asked in ("one", "ß"):
        process.stdin.write(f"{asked}\n")
        assert process.stdout.readline() == f"{asked.upper()}\n"
        assert process.stderr.readline() == "ü\n"
    process.stdin.close()
    assert process.wait(SECONDS) == 0
    assert process.stdout.read() == ""


def test_it_has_its_own_environment_and_folder(started: Started, tmp_path: Path) -> None:
    says = "import os, subprocess; print(os.getcwd(), dict(os.environ), flush=True); subprocess.run(['/usr/bin/env'])"
    process = started(says, NAME="value")
    assert process.stdout.read().splitlines() == [f"{tmp_path} {{'NAME': 'value'}}", "NAME=value"]


def test_it_has_imported_what_functions_share(started: Started) -> None:
    process = started("import sys; print(*sys.modules)")
    assert {"constellation.runtime.endpoint", "PIL.Image", "botocore.session"} <= {*process.stdout.read().split()}


def test_its_garbage_collector_comes_as_rarely_as_on_lambda(started: Started) -> None:
    assert started("import gc; print(gc.get_threshold()[0])").stdout.read() == "50000\n"


def test_it_does_not_find_the_project(started: Started) -> None:
    process = started("import sys; print(*sys.path, sep='\\n')")
    assert f"{ROOT}" not in process.stdout.read().splitlines()


def test_it_says_how_it_ended(started: Started) -> None:
    assert started("raise SystemExit(3)").wait(SECONDS) == 3
    process = started("print('begun', flush=True); input()")
    process.stdout.readline()
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0)
    process.terminate()
    assert process.wait(SECONDS) == -signal.SIGTERM


def test_an_error_is_logged(started: Started) -> None:
    process = started("1 / 0")
    assert "ZeroDivisionError" in process.stderr.read()
    assert process.wait(SECONDS) == 1
