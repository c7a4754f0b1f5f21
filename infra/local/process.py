"""Start the engine, wait until it answers, and stop it."""

import contextlib
import os
import random
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TextIO

from infra import CORE, LOCAL_CONCURRENCY, ROOT
from infra.local.checks import Refusal, is_free
from infra.local.environment import isolated
from infra.local.front import HEALTH_PATH
from infra.local.places import LOOPBACK, REGION, Places

START_SECONDS = 120
STOP_SECONDS = 120


def engine_port(places: Places) -> int:
    """Return the port of the engine: the same at every start, unless another program has taken it."""
    if places.engine_port.exists():
        port = int(places.engine_port.read_text(encoding="ascii"))
        if is_free(port):
            return port
    port = next(port for port in iter(lambda: random.randint(20000, 32000), None) if is_free(port))  # noqa: S311
    _keep(places.engine_port, str(port))
    return port


def secret_key(places: Places) -> str:
    """Return the secret of the engine's one account, chosen once. It signs the URLs by which web pages read objects."""
    if not places.secret_key.exists():
        _keep(places.secret_key, secrets.token_hex(20))
    return places.secret_key.read_text(encoding="ascii")


def _keep(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="ascii")
    fresh.replace(file)


class Engine:
    """The engine as a child process, in a session of its own, so that the launcher handles Ctrl-C.

    It shares the launcher's ``lock`` of the data folder. If the launcher is killed, the folder stays locked until the
    engine has saved its state and ended.
    """

    def __init__(self, places: Places, port: int, lock: TextIO) -> None:
        for folder in (places.state, places.objects, places.scratch):
            folder.mkdir(mode=0o700, exist_ok=True)  # the key that signs tokens is among them
        self.url = f"http://{LOOPBACK}:{port}"
        with places.engine_log.open("wb") as log:
            self._process = subprocess.Popen(
                # With -m the processes of functions would import the engine, too (``multiprocessing``).
                [sys.executable, "-c", "from infra.local.engine import main; main()", str(os.getpid())],
                cwd=ROOT,
                env=_environment(places, port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(lock.fileno(),),
            )
        self._log = places.engine_log

    def await_ready(self) -> None:
        """Wait until the engine answers. Raises Refusal if it ends or does not answer in time."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.alive():
                raise Refusal(f"The engine did not start; its log is {self._log}.")
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{self.url}{HEALTH_PATH}", timeout=1).close()  # noqa: S310
                return
            time.sleep(0.05)
        raise Refusal(f"The engine did not answer within {START_SECONDS} s; its log is {self._log}.")

    def alive(self) -> bool:
        """Return whether the process runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let the engine save its state and end; after STOP_SECONDS it is killed."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill the engine and the processes of functions, without saving."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        self._process.wait()


def _environment(places: Places, port: int) -> dict[str, str]:
    """Return the environment of ministack, which the functions inherit."""
    return isolated(
        places.data,
        PYTHONPATH=str(CORE),
        TMPDIR=str(places.scratch),
        AWS_SECRET_ACCESS_KEY=secret_key(places),
        AWS_DEFAULT_REGION=REGION,
        AWS_ENDPOINT_URL=f"http://{LOOPBACK}:{port}",
        GATEWAY_PORT=str(port),
        PERSIST_STATE="1",
        STATE_DIR=str(places.state),
        S3_PERSIST="1",
        S3_DATA_DIR=str(places.objects),
        LAMBDA_ACCOUNT_CONCURRENCY=str(LOCAL_CONCURRENCY),
        AUTH=os.environ.get("ENGINE_AUTH", "false"),
        # Use nothing else of the machine: no Docker, and no further listeners.
        DOCKER_HOST="unix:///nonexistent",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
    )
