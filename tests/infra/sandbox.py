"""Functions in processes that see their own folder and their layers only, as on Lambda; their AWS is moto's."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest
from moto.core.models import botocore_stubber

from constellation.aws import direct
from constellation.runtime import origin
from infra.discovery import discover
from infra.layers import BUILD
from tests.support.cloudfront import CloudFront
from tests.support.cloudfront import operation as cloudfront_operation
from tests.support.world import World

# What the function's process sends goes here instead of to AWS, with the address and the form that it has there.
# Its log goes to stderr.
_RUNNER = """
import base64, io, json, os, sys, time, urllib.request
from datetime import datetime

bridge, *sys.path[:0] = sys.argv[1:]
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
time.sleep = lambda seconds: None

from constellation.aws import direct, sdk

class Raw(io.BytesIO):
    def stream(self, *_, **__):
        yield self.read()

def ask(method, url, headers, body):
    asked = {
        "method": method,
        "url": url,
        "headers": {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in headers.items()},
        "body": base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
    }
    with urllib.request.urlopen(bridge, json.dumps(asked).encode()) as answer:
        status, headers, content = json.load(answer)
    return status, headers, base64.b64decode(content)

def send(request):
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    status, headers, content = ask(request.method, request.url, request.headers, body)
    from botocore.awsrequest import AWSResponse
    return AWSResponse(request.url, status, headers, Raw(content))

session = sdk.session

def session_that_asks():
    from botocore.httpsession import URLLib3Session
    URLLib3Session.send = lambda _, request: send(request)
    return session()

def send_directly(url, headers, body, method="POST", path="/"):
    status, _, content = ask(method, f"{url}{path}", headers, body)
    return status, content

sdk.session = session_that_asks
direct.send = send_directly

from handler import handler

for line in sys.stdin:
    now, event = json.loads(line)
    print(json.dumps(handler(event, None, now=datetime.fromisoformat(now))), file=answers, flush=True)
"""


@dataclass
class Bridge:
    """Where the functions' AWS calls arrive: ``seen`` are their URLs, and the first of ``faults`` is answered first.

    ``cdn`` answers what is asked of CloudFront.
    """

    cdn: CloudFront
    seen: list[str] = field(default_factory=list[str])
    faults: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """What moto says to a request as botocore has signed it."""
        self.seen.append(url)
        if self.faults:
            status, content = self.faults.pop(0)
            return status, {}, content
        request = AWSPreparedRequest(method, url, dict(headers), body, stream_output=False)
        if operation := cloudfront_operation(method, url):
            answered: Any = self.cdn.answer(request, operation)
            return answered.status_code, dict(answered.headers), answered.content
        response = cast(Any, botocore_stubber)("before-send", request=request)
        assert response is not None, f"moto does not know {url}"
        return response.status_code, {name: str(value) for name, value in response.headers.items()}, response.content


@dataclass
class Sandboxed(World):
    """A world in which each function runs in a process of its own, started with its first event."""

    bridge: Bridge = field(default_factory=lambda: Bridge(CloudFront()))
    address: str = ""
    processes: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict[str, "subprocess.Popen[str]"])

    def invoke(self, name: str, happening: Mapping[str, Any]) -> Any:
        """What the function answers to an event."""
        if name not in self.processes:
            (function,) = [function for function in discover().functions if function.name == name]
            folders = [function.folder, *(BUILD / "local" / layer / "python" for layer in function.layers)]
            self.processes[name] = _start(self.address, folders)
        process = self.processes[name]
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([self.now.isoformat(), happening]) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, f"{name} broke down"
        return json.loads(line)


@contextmanager
def sandboxed() -> Generator[Sandboxed]:
    """The world with its bridge, inside moto's; everything that it starts ends with it."""
    bridge = Bridge(CloudFront())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked["body"] = base64.b64decode(asked["body"])
            status, headers, content = bridge.answer(**asked)
            answer = json.dumps([status, headers, base64.b64encode(content).decode()]).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        world = Sandboxed(cdn=bridge.cdn, bridge=bridge, address=f"http://127.0.0.1:{server.server_port}/")
        bridge.cdn.clock = lambda: world.now
        try:
            yield world
        finally:
            for process in world.processes.values():
                process.communicate()
            server.shutdown()
            thread.join()


def _start(address: str, folders: Sequence[Path]) -> "subprocess.Popen[str]":
    """A function's process with the variables that Lambda and the stack set; ``-I -S``: no other packages."""
    set_by_stack = ("_TABLE", "_BUCKET", "_KEY", "_QUEUE", "_CDN", "_STORE", "SETTINGS", origin.VARIABLE)
    stack = {name: value for name, value in os.environ.items() if name.endswith(set_by_stack)}
    region = os.environ["AWS_DEFAULT_REGION"]
    set_by_lambda = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_LAMBDA_FUNCTION_NAME": "sandboxed"}
    variables = {**stack, **set_by_lambda, direct.URL_SUFFIX: "amazonaws.com"}
    secrets = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _RUNNER, address, *map(str, folders)],
        env={**variables, **secrets, "LAMBDA_TASK_ROOT": str(folders[0])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
