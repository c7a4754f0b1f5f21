"""Serve the product's base URL: a reverse proxy with a shared cache, in front of the engine's distribution.

Like CloudFront, it caches by path and query only, answers conditional and range requests from the cache, and says in
``X-Cache`` where a response came from. Responses of the API pass through and are never cached.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple

import httpcore

from constellation.iiif.model import BASE
from constellation.iiif.negotiate import prefers_json
from constellation.imaging.options import AUTO
from constellation.links.accept import accepted
from constellation.links.model import TAGS_HEADER
from constellation.runtime import base_url, cors
from infra.edge.answers import EdgeAnswer, answer_to
from infra.local.access_log import AccessLog
from infra.local.behaviours import Distribution
from infra.local.cache import Cache, Headers
from infra.local.compression import compressed, takes_gzip
from infra.local.places import LOOPBACK
from infra.local.selection import CONDITIONAL, select
from infra.local.serving import Receive, Scope, Send

BODY_LIMIT = 32_000_000
"""The most bytes of a request body that the edge holds. The API accepts less, and refuses the rest itself."""

IN_FLIGHT = 16
"""Concurrent requests to the engine. Others wait here, because the engine answers too many with a bare 429."""

LINKS_IN_FLIGHT = 4
"""How many of these may be links: as many images as a small machine can process. The API has the rest."""

WAIT_SECONDS = 30
"""How long a request waits for its turn, and then for data from the engine: the longest time of a function."""

LINK_WAIT_SECONDS = 10
"""How long a link waits for its turn."""

_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
     b"trailer", b"transfer-encoding", b"upgrade", b"expect")
)  # fmt: skip

_KEPT = ("GET", "HEAD")
"""The methods that are answered from the cache."""

_COMPRESSED = b" gzip"
"""The end of the key of a compressed response. No path or query has a space."""

_IIIF = f"{BASE}/"
"""The beginning of the paths of the IIIF Image API, whose answers hold absolute addresses."""

_AUTOMATIC = f".{AUTO}"
"""What is in the path of a link that leaves the format to what its caller accepts."""

_TAG = re.compile(r"[^, ]+")

_HIT = (b"X-Cache", b"Hit from cloudfront")
_MISS = (b"X-Cache", b"Miss from cloudfront")

logger = logging.getLogger("edge")


class _Refused(Exception):
    """The edge answers the request itself, with this status."""

    def __init__(self, status: HTTPStatus, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


class _Share(NamedTuple):
    """The connections to the engine for one kind of request, and how many seconds a request waits for one."""

    connections: httpcore.AsyncConnectionPool
    wait: float


class Edge:
    """The ASGI application. ``host`` is the domain of the distribution, served on ``engine_port``."""

    def __init__(self, host: str, engine_port: int, distribution: Distribution, cache: Cache, log: AccessLog) -> None:
        self._host = host.encode("ascii")
        self._engine_port = engine_port
        self._distribution = distribution
        self._cache = cache
        self._log = log
        self._links = _share(LINKS_IN_FLIGHT, LINK_WAIT_SECONDS)
        self._api = _share(IN_FLIGHT - LINKS_IN_FLIGHT, WAIT_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; no exception of the edge reaches the client."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        started = time.time()
        try:
            status, headers, body = await self._answer(scope, receive)
        except _Refused as refusal:
            status, headers, body = _in_json(refusal.status, refusal.message, refusal.headers)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("a request failed")
            status, headers, body = _in_json(HTTPStatus.BAD_GATEWAY, "The server had a fault; please try again")
        body = b"" if scope["method"] == "HEAD" else body
        self._note(scope, started, status, headers, len(body))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _note(self, scope: Scope, started: float, status: int, headers: Headers, size: int) -> None:
        """Log a request before it is answered, so that a client with the response can rely on the log."""
        ended = time.time()
        asked, answered = _by_name(scope["headers"]), _by_name(headers)
        result = answered.get("x-cache", "Miss" if status < HTTPStatus.BAD_REQUEST else "Error").partition(" ")[0]
        taken = f"{ended - started:.3f}"
        first, _, last = answered.get("content-range", "").removeprefix("bytes ").partition("/")[0].partition("-")
        address, port = scope["client"]
        self._log.note(
            {
                "date": time.strftime("%Y-%m-%d", time.gmtime(ended)),
                "time": time.strftime("%H:%M:%S", time.gmtime(ended)),
                "sc-bytes": str(size + sum(len(name) + len(value) + 4 for name, value in headers)),
                "c-ip": address,
                "cs-method": scope["method"],
                "cs(Host)": self._host.decode("ascii"),
                "cs-uri-stem": scope["raw_path"].decode("latin-1"),
                "sc-status": str(status),
                "cs(Referer)": asked.get("referer", ""),
                "cs(User-Agent)": asked.get("user-agent", ""),
                "cs-uri-query": scope["query_string"].decode("latin-1"),
                "x-edge-result-type": result,
                "x-host-header": asked.get("host", ""),
                "cs-protocol": "http",
                "time-taken": taken,
                "x-forwarded-for": asked.get("x-forwarded-for", ""),
                "x-edge-response-result-type": result,
                "cs-protocol-version": f"HTTP/{scope['http_version']}",
                "c-port": str(port),
                "time-to-first-byte": taken,
                "x-edge-detailed-result-type": result,
                "sc-content-type": answered.get("content-type", ""),
                "sc-content-len": answered.get("content-length", ""),
                "sc-range-start": first if last else "",
                "sc-range-end": last,
            }
        )

    async def close(self) -> None:
        """Close the connections to the engine."""
        for share in (self._links, self._api):
            await share.connections.aclose()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            event = (await receive())["type"]
            if event == "lifespan.shutdown":
                await self.close()
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, Headers, bytes]:
        method: str = scope["method"]
        target = _target(scope)
        if not target.startswith(b"/"):
            raise _Refused(HTTPStatus.BAD_REQUEST, "Bad Request")
        behaviour = next((b for b in self._distribution.cached if b.pattern.fullmatch(scope["path"])), None)
        methods = behaviour.methods if behaviour else self._distribution.methods
        if method not in methods:
            allow = ", ".join(methods).encode("ascii")
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed", [(b"Allow", allow)])
        own = answer_to(method, scope["path"])
        if own:
            return _given(own)
        compresses = behaviour is not None and behaviour.compresses and takes_gzip(_by_name(scope["headers"]))
        key = target + _COMPRESSED if compresses else target
        if behaviour and _AUTOMATIC in scope["path"]:
            key += f" {accepted(_by_name(scope['headers']).get('accept', ''))}".encode("ascii")
        if scope["path"].startswith(_IIIF):
            key += f" {_base(scope)} {prefers_json(_by_name(scope['headers']).get('accept', ''))}".encode("latin-1")
        if behaviour and method in _KEPT:
            kept = self._cache.get(key, time.time())
            if kept:
                entry, body = kept
                age = (b"Age", str(int(time.time() - entry.arrived)).encode("ascii"))
                return _selected(scope["headers"], [*entry.headers, age, _HIT], body)
        awaited = self._cache.expect()
        body = await _read_body(receive)
        whole = behaviour is not None and method == "GET"
        share = self._links if behaviour and not behaviour.compresses else self._api
        status, headers, content = await self._fetch(share, scope, method, target, body, whole=whole)
        tags = _TAG.findall(_by_name(headers).get(TAGS_HEADER, ""))
        headers = _end_to_end(headers, without=frozenset((TAGS_HEADER.encode("ascii"),)))
        if not (behaviour and whole and status == HTTPStatus.OK):
            return status, headers, content
        bare: Headers = [(name, value) for name, value in headers if name.lower() != b"x-cache"]
        if compresses:
            bare, content = compressed(bare, content)
        lifetime = behaviour.lifetime(_by_name(bare))
        if lifetime > 0:
            self._cache.put(key, bare, content, time.time(), lifetime, awaited, tags)
        return _selected(scope["headers"], [*bare, _MISS], content)

    async def _fetch(
        self, share: _Share, scope: Scope, method: str, target: bytes, body: bytes, *, whole: bool
    ) -> tuple[int, Headers, bytes]:
        """Return the response of the distribution; with ``whole``, the whole image and not the requested part."""
        said = (base_url.HEADER.encode("ascii"), _base(scope).encode("latin-1"))
        address = httpcore.URL(scheme=b"http", host=LOOPBACK.encode("ascii"), port=self._engine_port, target=target)
        request = httpcore.Request(
            method,
            address,
            headers=[*self.request_headers(scope, body, without=CONDITIONAL if whole else frozenset()), said],
            content=body,
            extensions={"timeout": {"connect": 5, "pool": share.wait, "read": WAIT_SECONDS + 5}},
        )
        try:
            response = await share.connections.handle_async_request(request)
            try:
                content = await response.aread()
            finally:
                await response.aclose()
        except httpcore.PoolTimeout:
            retry = [(b"Retry-After", b"1")]
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests at once", retry) from None
        except httpcore.TimeoutException:
            raise _Refused(HTTPStatus.GATEWAY_TIMEOUT, "The engine does not answer") from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise _Refused(HTTPStatus.BAD_GATEWAY, "The engine is not there") from None
        headers = _end_to_end(response.headers, without=frozenset((b"date", b"server", b"content-length")))
        if _by_name(headers).get("x-cache") == "Error from cloudfront":
            refused = HTTPStatus(response.status)
            raise _Refused(refused, refused.phrase, [(b"X-Cache", b"Error from cloudfront")])
        length = _length(response.headers) if method == "HEAD" else str(len(content)).encode("ascii")
        if length is not None and response.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            headers.append((b"Content-Length", length))
        return response.status, headers, content

    def request_headers(self, scope: Scope, body: bytes, *, without: frozenset[bytes]) -> Headers:
        """Return the headers as CloudFront and its functions pass them on, addressed to the distribution."""
        own = frozenset((b"host", b"content-length", b"x-forwarded-for", b"x-forwarded-proto"))
        says_nothing = not _by_name(scope["headers"]).get("accept")
        own |= {b"accept"} if says_nothing else frozenset[bytes]()
        own |= {base_url.HEADER.lower().encode("ascii")}
        headers = _end_to_end(scope["headers"], without=without | own)
        hops = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        hops.append(scope["client"][0].encode("ascii"))
        headers += [(b"Host", self._host), (b"X-Forwarded-For", b", ".join(hops)), (b"X-Forwarded-Proto", b"http")]
        if says_nothing:
            headers.append((b"Accept", b"*/*"))
        if body or any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]):
            headers.append((b"Content-Length", str(len(body)).encode("ascii")))
        return headers


def _share(connections: int, wait: float) -> _Share:
    return _Share(httpcore.AsyncConnectionPool(max_connections=connections, keepalive_expiry=60), wait)


def _base(scope: Scope) -> str:
    """Return the scheme and the host that the client asked."""
    return f"{scope['scheme']}://{_by_name(scope['headers']).get('host', '')}"


def _length(headers: Headers) -> bytes | None:
    """Return the Content-Length among ``headers``, or None."""
    return next((value for name, value in headers if name.lower() == b"content-length"), None)


def _target(scope: Scope) -> bytes:
    """Return path and query exactly as the client sent them."""
    query: bytes = scope["query_string"]
    return scope["raw_path"] + (b"?" + query if query else b"")


async def _read_body(receive: Receive) -> bytes:
    """Return the body. A body over the limit is still read to its end, so that the client gets the refusal."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Refused(HTTPStatus.BAD_REQUEST, "The request broke off")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= BODY_LIMIT:
            chunks.append(chunk)
        more = message.get("more_body", False)
    if size > BODY_LIMIT:
        limit = f"Request Too Long: the limit is {BODY_LIMIT // 1_000_000} MB"
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, limit)
    return b"".join(chunks)


def _selected(asked: Iterable[tuple[bytes, bytes]], headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
    """Return the part of a whole response that the request asks for."""
    selection = select(_by_name(asked), _by_name(headers).get("etag", ""), len(body))
    part = body[selection.first : selection.end]
    kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    if selection.content_range:
        kept.append((b"Content-Range", selection.content_range.encode("ascii")))
    if selection.status != HTTPStatus.NOT_MODIFIED:
        kept.append((b"Content-Length", str(len(part)).encode("ascii")))
    return selection.status, kept, part


def _end_to_end(headers: Iterable[tuple[bytes, bytes]], *, without: frozenset[bytes]) -> list[tuple[bytes, bytes]]:
    """Return the headers except those of one connection (RFC 9110, 7.6.1) and those in ``without``."""
    listed = list(headers)
    nominated = {
        name.strip().lower() for field, value in listed if field.lower() == b"connection" for name in value.split(b",")
    }
    left_out = _HOP_BY_HOP | without | nominated
    return [(name, value) for name, value in listed if name.lower() not in left_out]


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in lower case, with repeated ones joined (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _in_json(status: HTTPStatus, message: str, headers: Headers = ()) -> tuple[int, Headers, bytes]:
    """Return a response of the edge itself, in the format of the gateway."""
    body = json.dumps({"message": message, "status": status.value}, separators=(",", ":")).encode()
    common = [
        (b"Content-Type", b"application/json"),
        (b"Cache-Control", b"no-store"),
        (b"Content-Length", str(len(body)).encode("ascii")),
        *_encoded(cors.ANSWER),
    ]
    return status, [*common, *headers], body


def _given(answer: EdgeAnswer) -> tuple[int, Headers, bytes]:
    """Return a response of an edge function."""
    length = () if answer.status == HTTPStatus.NO_CONTENT else ((b"Content-Length", b"0"),)
    return answer.status, [*_encoded(answer.headers), *length, (b"X-Cache", b"FunctionGeneratedResponse")], b""


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
