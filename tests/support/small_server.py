"""A small HTTP server that answers as a test tells it: what a broken Constellation, or none at all, would."""

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """A request that came."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.body)

    @property
    def key(self) -> str:
        """The Idempotency-Key."""
        return self.headers.get("Idempotency-Key", "")


class Told(NamedTuple):
    """A response, or with status 0 a connection that is closed instead."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = {}


Answer = Callable[[Asked], Told]


class SmallServer:
    """A running server and what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[Asked] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _answer(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size)
                if len(body) < size:
                    # The client has given the request up.
                    self.close_connection = True
                    return
                address = urlsplit(self.path)
                asked = Asked(self.command, address.path, parse_qs(address.query), dict(self.headers), body)
                server.asked.append(asked)
                told = answer(asked)
                self.close_connection = told.status == 0
                if told.status:
                    data = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
                    data = b"" if told.status == 204 else data
                    self.send_response(told.status)
                    for name, value in {"Content-Type": "application/json", **told.headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    with suppress(ConnectionError):  # the client was killed
                        self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _answer

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def count(self, method: str, path: str) -> int:
        """Return how many requests came to a path."""
        return sum((each.method, each.path) == (method, path) for each in self.asked)

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(answer: Answer) -> Generator[SmallServer]:
    """Run a server."""
    server = SmallServer(answer)
    try:
        yield server
    finally:
        server.stop()
