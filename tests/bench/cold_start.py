"""Cold start of ``GET /users/me``: ours as it is deployed against the same function written the usual way.

Each run is a fresh process that imports the function and answers one request against a stubbed DynamoDB. What is
measured is the CPU time of that process, interpreter included.
"""

import json
import os
import statistics
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from layers.build import build
from tests.bench import Row, report

ROOT = Path(__file__).parents[2]
LAYERS = ROOT / "build" / "layers" / "local"
USER = "0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e"
ROUNDS = 15

ITEM = {
    "Item": {
        "pk": {"S": f"USER#{USER}"},
        "sk": {"S": "PROFILE"},
        "id": {"S": USER},
        "email": {"S": "ada@example.org"},
        "username": {"S": "ada"},
        "displayName": {"S": "Ada"},
        "passwordHash": {"S": "$argon2id$none"},
        "createdAt": {"S": "2026-01-02T03:04:05.678901+00:00"},
    }
}
EVENT = {
    "resource": "/users/me",
    "httpMethod": "GET",
    "path": "/users/me",
    "headers": {"Accept": "*/*"},
    "multiValueHeaders": {"Accept": ["*/*"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "body": None,
    "isBase64Encoded": False,
    "requestContext": {
        "requestId": "cold",
        "stage": "prod",
        "path": "/prod/users/me",
        "httpMethod": "GET",
        "identity": {"sourceIp": "192.0.2.1"},
        "authorizer": {"user_id": USER},
    },
}
PROGRAM = """
import json, sys, time
class Context:
    function_name = "get_me"; memory_limit_in_mb = 512; aws_request_id = "cold"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:get_me"
event = json.loads(sys.argv[1])
from {module} import handler
answer = handler(event, Context())
assert answer["statusCode"] == 200 and json.loads(answer["body"])["name"] == "Ada", answer
sys.stderr.write(str(time.process_time()))
"""


@dataclass(frozen=True)
class Contestant:
    """A way to write the function: the module that holds its handler, and where Python finds it and its packages."""

    module: str
    path: Sequence[Path]

    def cpu_seconds(self, endpoint: str) -> float:
        """CPU seconds of one fresh process up to its first answer."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, self.path)),
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_LAMBDA_FUNCTION_NAME": "get_me",
            "LAMBDA_TASK_ROOT": "/var/task",
            "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
            "ACCOUNTS_TABLE": "accounts",
        }
        command = [sys.executable, "-S", "-c", PROGRAM.format(module=self.module), json.dumps(EVENT)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
        return float(done.stderr.splitlines()[-1])


OURS = Contestant("handler", [ROOT / "functions" / "get_me", LAYERS / "core" / "python", LAYERS / "runtime" / "python"])
USUAL = Contestant("usual_way", [Path(__file__).parent, Path(sysconfig.get_paths()["purelib"])])


@contextmanager
def stubbed_dynamodb() -> Generator[str]:
    """A server that answers every request with ITEM; its URL."""

    class Stub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(ITEM).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def main() -> list[Row]:
    """Rows of the report."""
    build("local")
    with stubbed_dynamodb() as endpoint:
        pairs = [(OURS.cpu_seconds(endpoint), USUAL.cpu_seconds(endpoint)) for _ in range(ROUNDS + 1)][1:]
    ours, usual = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    return [
        Row("cold GET /users/me", f"{ours:.0f} ms", ""),
        Row("the same, written the usual way", f"{usual:.0f} ms", ""),
        Row("ratio, median of pairs", f"{ratio:.2f}", "≤ 0.45"),
    ]


if __name__ == "__main__":
    report("Cold start, CPU of a fresh process", main())
