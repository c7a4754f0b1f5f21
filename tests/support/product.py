"""The product as ``make run`` serves it, for the end-to-end tests and the bench."""

import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from constellation.aws import sdk
from constellation.aws.resources import BUCKETS, QUEUES, TABLES
from infra import STACK
from infra.local.environment import ACCESS_KEY
from infra.local.places import LOOPBACK, REGION

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300
STOP_SECONDS = 150

STRANGE_ENVIRONMENT = {
    "AWS_PROFILE": "a-profile-that-is-not-there",
    "AWS_ACCESS_KEY_ID": "never-to-be-used",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_REGION": "eu-north-1",
    "LOG_LEVEL": "ERROR",
}
"""Variables that a user's shell may have and that must not affect the product."""


def free_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Product:
    """One installation, whose data folder and port stay the same over restarts."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            **STRANGE_ENVIRONMENT,
            "PORT": str(self.port),
            "DATA_DIR": str(data / "data"),
            **environment,
        }
        self._printed = data / "printed.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self._clients = dict[str, Any]()
        self._found = list[dict[str, Any]]()

    @property
    def pid(self) -> int:
        """The id of the launcher's process. The engine is its child."""
        assert self._process is not None
        return self._process.pid

    @property
    def printed(self) -> str:
        """What the launcher has printed since its start."""
        return self._printed.read_text(encoding="utf-8")

    def start(self) -> float:
        """Start the product, wait for the ready line, and return how many seconds that took."""
        started = time.monotonic()
        self.launch()
        while f"Constellation is ready at {self.url}\n" not in self.printed:
            assert self._process is not None
            assert self._process.poll() is None, self.printed
            assert time.monotonic() - started < START_SECONDS, self.printed
            time.sleep(0.05)
        return time.monotonic() - started

    def launch(self) -> None:
        """Start the product without waiting."""
        self._clients.clear()
        self._found.clear()
        with self._printed.open("wb") as printed:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local"],
                cwd=ROOT,
                env=self._environment,
                stdout=printed,
                stderr=printed,
            )

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal, wait for the end, and return the exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the launcher's end and return its exit status."""
        assert self._process is not None
        try:
            return self._process.wait(STOP_SECONDS)
        finally:
            self._process.kill()

    def running(self) -> bool:
        """Whether the launcher is running."""
        return self._process is not None and self._process.poll() is None

    def engine(self) -> int:
        """Return the id of the engine's process."""
        (pid,) = children(self.pid)
        return pid

    @property
    def engine_url(self) -> str:
        """The URL of the engine."""
        return f"http://{LOOPBACK}:{(self.data / 'data' / 'engine-port').read_text(encoding='ascii')}"

    @property
    def secret_key(self) -> str:
        """The secret key of the engine's account."""
        return (self.data / "data" / "secret-key").read_text(encoding="ascii")

    def http(self) -> httpx.Client:
        """Return a client. It reads no certificates, which would take 20 ms: there is no TLS."""
        return httpx.Client(base_url=self.url, timeout=60, verify=False)

    def sdk(self, service: str) -> Any:
        """Return the SDK's client for a service of the engine, as an administrator."""
        if service not in self._clients:
            boto3: Any = importlib.import_module("boto3")
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.engine_url,
                region_name=REGION,
                aws_access_key_id=ACCESS_KEY,
                aws_secret_access_key=self.secret_key,
            )
        return self._clients[service]

    def functions(self) -> set[str]:
        """Return the names of the engine's functions."""
        pages = self.sdk("lambda").get_paginator("list_functions").paginate()
        return {function["FunctionName"] for page in pages for function in page["Functions"]}

    def outputs(self) -> dict[str, str]:
        """Return the outputs of the deployed stack."""
        (stack,) = self.sdk("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def physical(self, logical: str) -> str:
        """Return the name of a resource by its construct and kind, for example ``StorageImagesTable``."""
        self._found = self._found or self._resources()
        # The logical id ends in eight characters of a hash.
        (full,) = (each["PhysicalResourceId"] for each in self._found if each["LogicalResourceId"][:-8] == logical)
        return full

    def _resources(self, stack: str = STACK) -> list[dict[str, Any]]:
        """Return the resources of a stack and of those nested in it."""
        found = self.sdk("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        nested = [each["PhysicalResourceId"] for each in found if each["ResourceType"] == "AWS::CloudFormation::Stack"]
        return [*found, *(resource for each in nested for resource in self._resources(each))]

    def bucket(self, name: str) -> list[str]:
        """Return the keys in one of the stack's buckets."""
        bucket = self.physical(f"Storage{name.capitalize()}Bucket")
        pages = self.sdk("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def processes(self, construct: str) -> list[int]:
        """Return the running processes of a function, which work in a folder of its name (Linux)."""
        name = f"/ministack-lambda-{self.physical(f'{construct}Function')}-"
        found: list[int] = []
        for pid in descendants(self.engine()):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended just now
                if name in str(Path(f"/proc/{pid}/cwd").readlink()):
                    found.append(pid)
        return found

    def peak_megabytes(self, construct: str) -> float:
        """Return the highest peak of memory of the running processes of a function (Linux)."""
        peaks: list[float] = []
        for pid in self.processes(construct):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
                peaks += [int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM:")]
        return max(peaks)

    @contextmanager
    def reached(self) -> Generator[None]:
        """Have the stores of this process work on this product, as an administrator."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {
                "AWS_ENDPOINT_URL": self.engine_url,
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": self.secret_key,
            }.items():
                patch.setenv(name, value)
            patch.delenv("AWS_PROFILE", raising=False)
            for resource in (*TABLES, *BUCKETS, *QUEUES):
                construct = f"Storage{resource.name.title().replace('_', '')}{resource.kind.capitalize()}"
                patch.setenv(resource.variable, self.physical(construct))
            _forget_the_session()
            try:
                yield
            finally:
                _forget_the_session()


def children(pid: int) -> list[int]:
    """Return the child processes of a process."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(int(number) for number in line.split()) for line in listed.splitlines()]
    return [child for child, parent in pairs if parent == pid]


def descendants(pid: int) -> list[int]:
    """Return the child processes of a process, theirs, and so on."""
    return [each for child in children(pid) for each in (child, *descendants(child))]


def _forget_the_session() -> None:
    sdk.client_of.cache_clear()
    sdk.session.cache_clear()


@contextmanager
def running_product(data: Path, **environment: str) -> Generator[Product]:
    """Start the product with its data in ``data``, and stop it at the end."""
    product = Product(data, environment)
    try:
        product.start()
        yield product
    finally:
        if product.running():
            product.stop()
