"""Download files from addresses that users give, without letting users reach what only this machine can reach.

Each name is resolved once, all of its addresses are checked, and the connection goes to one of the checked addresses,
so a name cannot mean something else in between. A redirect is treated like an address that a user gives. Proxies of the
environment are not used, and no cookie or credential is sent. Time and bytes are bounded while the response is read.
"""

import io
import socket
import ssl
from collections.abc import Collection
from contextlib import ExitStack, closing, suppress
from functools import cache
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, cast
from urllib.parse import urljoin

from constellation.common.reachable import is_reachable
from constellation.runtime.urls import Url, parse_url

MOST_REDIRECTS = 3

_MOVED = frozenset({301, 302, 303, 307, 308})
_CONNECT_SECONDS = 5
"""How long one of several addresses may take to accept a connection."""

_BESIDE = 1_000_000
"""Bytes that are read besides the file itself: headers, the sizes of chunks, TLS excluded."""

_CHUNK = 65_536

Found = tuple[int, tuple[Any, ...]]
"""The family of an address, and what a socket of this family connects to."""


class Refused(Exception):
    """A file is not downloaded. The text says why, for the operator alone: it would tell users what is reachable."""


class _Budget:
    """The time and the bytes that are left to a download."""

    def __init__(self, seconds: float, size: int) -> None:
        self._end = monotonic() + seconds
        self._size = size

    def seconds(self) -> float:
        """Return the seconds that are left. Raises Refused if there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise Refused("too slow")
        return left

    def spend(self, size: int) -> None:
        """Take so many bytes. Raises Refused if fewer are left."""
        self._size -= size
        if self._size < 0:
            raise Refused("too much to read")


class _Reader(io.RawIOBase):
    """What comes over a connection. Every single read is within the budget, whoever asks for it."""

    def __init__(self, connection: socket.socket, budget: _Budget) -> None:
        self._connection = connection
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._budget.seconds())
        size = self._connection.recv_into(buffer)
        self._budget.spend(size)
        return size

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a file to read from, as HTTPResponse asks a socket for."""
        return io.BufferedReader(self)


def download(text: str, *, accept: str, limit: int, seconds: float, allowed: Collection[str] = ()) -> bytes:
    """Return the file at an address, of ``limit`` bytes at most, within ``seconds``. Raises Refused.

    ``accept`` are the media types that are asked for; what comes may have another one. ``allowed`` are hosts with their
    ports, such as ``localhost:8000``, that count as public, and may speak HTTP without TLS.
    """
    budget = _Budget(seconds, limit + _BESIDE)
    try:
        for _ in range(1 + MOST_REDIRECTS):
            with ExitStack() as stack:
                response = stack.enter_context(_response(parse_url(text), accept, allowed, budget, stack))
                if response.status not in _MOVED:
                    return _file(response, limit)
                text = urljoin(text, response.headers["Location"] or "")
    except (OSError, HTTPException, ValueError) as fault:
        raise Refused(type(fault).__name__) from fault
    raise Refused("too many redirects")


def _response(url: Url, accept: str, allowed: Collection[str], budget: _Budget, stack: ExitStack) -> HTTPResponse:
    """Send a request and return the response, of which the headers are read. Its connection ends with ``stack``."""
    connection = stack.enter_context(closing(_connect(url, allowed, budget)))
    if url.scheme == "https":
        connection.settimeout(budget.seconds())
        connection = stack.enter_context(closing(trusted().wrap_socket(connection, server_hostname=url.host)))
    connection.settimeout(budget.seconds())
    connection.sendall(
        f"GET {url.target} HTTP/1.1\r\n"
        f"Host: {url.authority}\r\n"
        "User-Agent: Constellation\r\n"
        f"Accept: {accept}\r\n"
        "Accept-Encoding: identity\r\n"
        "Connection: close\r\n\r\n".encode("ascii")
    )
    response = HTTPResponse(cast("Any", _Reader(connection, budget)), method="GET")
    response.begin()
    return response


def _connect(url: Url, allowed: Collection[str], budget: _Budget) -> socket.socket:
    """Return a connection to one of the addresses of a host, after all of them were checked."""
    is_allowed = url.place in allowed
    if url.scheme != "https" and not is_allowed:
        raise Refused("without TLS")
    found = _resolve(url, budget.seconds())
    if not is_allowed and not all(is_reachable(ip_address(address[0])) for _, address in found):
        raise Refused("not public")
    for family, address in found:
        seconds = min(budget.seconds(), _CONNECT_SECONDS)
        with suppress(OSError):
            return _reach(family, address, seconds)
    raise Refused("no connection")


def _reach(family: int, address: tuple[Any, ...], seconds: float) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection


def _resolve(url: Url, seconds: float) -> list[Found]:
    """Return the addresses of a host. The system's resolver takes as long as it likes, so it runs in a thread."""
    answers = SimpleQueue[list[Any] | OSError]()

    def look_up() -> None:
        try:
            # Text would be normalised; bytes are resolved as they are.
            answers.put(socket.getaddrinfo(url.host.encode("ascii"), url.port, type=socket.SOCK_STREAM))
        except OSError as fault:
            answers.put(fault)

    Thread(target=look_up, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise Refused("too slow") from None
    if isinstance(answer, OSError):
        raise answer
    return [(family, address) for family, _, _, _, address in answer]


def _file(response: HTTPResponse, limit: int) -> bytes:
    """Return the body of a response. Raises Refused if it is not a whole file of ``limit`` bytes at most."""
    if response.status != 200:
        raise Refused(f"status {response.status}")
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Refused("encoded")
    if response.headers.get("Transfer-Encoding", "chunked").strip().lower() != "chunked":
        raise Refused("encoded")
    if (response.length or 0) > limit:
        raise Refused("too large")
    data = bytearray()
    while chunk := response.read(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise Refused("too large")
    if response.length:
        raise Refused("cut off")
    return bytes(data)


@cache
def trusted() -> ssl.SSLContext:
    """Return what certificates are verified by. Reading the system's authorities takes some 20 ms."""
    return ssl.create_default_context()
