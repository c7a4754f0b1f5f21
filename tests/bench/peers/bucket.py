"""A small S3: serves the files of a folder, whole or in part, and counts the bytes that it has sent.

A process of its own, so that its CPU time is nobody's.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import unquote

from infra import ROOT

_COUNT = "/sent"


class Bucket:
    """The folder's files by HTTP, over one connection that stays open."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection = HTTPConnection(address)

    def get(self, path: str, part: range | None = None) -> bytes:
        """The bytes of a file, or a part of them."""
        headers = {"Range": f"bytes={part[0]}-{part[-1]}"} if part else {}
        self._connection.request("GET", path, headers=headers)
        with self._connection.getresponse() as answer:
            assert answer.status == (206 if part else 200), (path, answer.status)
            return answer.read()

    def sent(self) -> int:
        """The bytes of files that were sent so far, to all."""
        return int(self.get(_COUNT))


@contextmanager
def serving(folder: Path) -> Generator[Bucket]:
    """A server of the folder's files."""
    command = [sys.executable, "-m", "tests.bench.peers.bucket", folder]
    with Popen(command, stdout=PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        try:
            yield Bucket(f"127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    folder: Path
    sent = 0

    def do_GET(self) -> None:
        if self.path == _COUNT:
            self._answer(200, str(self.sent).encode())
            return
        content = (self.folder / unquote(self.path).lstrip("/")).read_bytes()
        status, wanted = 200, self.headers.get("Range")
        if wanted:
            first, last = map(int, wanted.removeprefix("bytes=").split("-"))
            status, content = 206, content[first : last + 1]
        type(self).sent += len(content)
        self._answer(status, content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Log nothing."""

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    """Serve the folder that the command names, and print the port."""
    _Handler.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
