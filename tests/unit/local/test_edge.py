"""The edge before a server that stands for the engine."""

import asyncio
import gzip
import json
import socketserver
import threading
from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from constellation.links.model import TAGS_HEADER
from infra.local.access_log import FIELDS, AccessLog
from infra.local.behaviours import Behaviour, Distribution, distribution
from infra.local.cache import Cache
from infra.local.edge import BODY_LIMIT, LINKS_IN_FLIGHT, Edge
from infra.local.serving import Scope
from tests.support.cors import PREFLIGHT, PREFLIGHTS, is_open
from tests.support.link_vectors import ID
from tests.unit.local.test_behaviours import TEMPLATE

OTHER = "0b0c7a35-3f63-4b7a-8a44-5f2e3f0f9d10"
PICTURE = b"0123456789"
PUBLIC = {"Cache-Control": "public, max-age=60", "ETag": '"e"', "X-Cache": "Miss from cloudfront"}


@dataclass
class Engine:
    """What it answers, and what it was asked."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(PUBLIC))
    body: bytes = PICTURE
    lines: list[str] = field(default_factory=list[str])
    asked: list[list[tuple[str, str]]] = field(default_factory=list[list[tuple[str, str]]])
    bodies: list[bytes] = field(default_factory=list[bytes])
    port: int = 0
    meanwhile: Callable[[], None] = lambda: None


@pytest.fixture
def engine() -> Generator[Engine]:
    state = Engine()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            state.lines.append(self.raw_requestline.decode("latin-1").strip())
            state.asked.append(list(self.headers.items()))
            state.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            state.meanwhile()
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(state.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server: socketserver.BaseServer
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield state
        server.shutdown()


@dataclass
class Viewer:
    """Sends requests through one edge, each from an event loop of its own."""

    engine: Engine
    cache: Cache
    host: str = "d1.cloudfront.net"
    files: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def __post_init__(self) -> None:
        async def put(name: str, content: bytes) -> None:
            self.files.append((name, content))

        self.log = AccessLog("E1", put)

    def __call__(self, method: str, path: str, **options: object) -> httpx.Response:
        async def send() -> httpx.Response:
            edge = Edge(self.host, self.engine.port, self.distribution(), self.cache, self.log)
            transport = httpx.ASGITransport(edge, client=("192.0.2.7", 5))  # pyright: ignore[reportArgumentType]
            async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
                try:
                    return await client.request(method, path, **options)  # pyright: ignore[reportArgumentType]
                finally:
                    await edge.close()

        return asyncio.run(send())

    def logged(self) -> list[dict[str, str]]:
        """What the access log says of the requests so far, by field."""
        asyncio.run(self.log.write())
        lines = [line for _, content in self.files for line in gzip.decompress(content).decode().splitlines()]
        return [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in lines if not line.startswith("#")]

    def distribution(self) -> Distribution:
        cached: tuple[Behaviour, ...] = distribution(TEMPLATE).cached
        return Distribution(cached, ("GET", "HEAD", "OPTIONS", "POST", "DELETE"))


@pytest.fixture
def view(engine: Engine, tmp_path: Path) -> Viewer:
    return Viewer(engine, Cache(tmp_path / "cache", 10_000))


def test_path_and_query_arrive_byte_for_byte(engine: Engine, view: Viewer) -> None:
    target = "/api/%2e%2e/a%2Fb%00%ff+x?uuid%5B%5D=1&uuid%5B%5D=2&a=%FF&&b"
    view("GET", target)
    assert engine.lines == [f"GET {target} HTTP/1.1"]


def test_what_is_passed_on(engine: Engine, view: Viewer) -> None:
    view(
        "POST",
        "/api/x",
        content=b"body",
        headers=[
            ("X-Forwarded-For", "198.51.100.1"),
            ("Connection", "close, X-Hop"),
            ("X-Hop", "1"),
            ("TE", "trailers"),
            ("X-Forwarded-Proto", "gopher"),
            ("Authorization", "Bearer t"),
        ],
    )
    asked = {name.lower(): value for name, value in engine.asked[0]}
    assert asked["host"] == "d1.cloudfront.net"
    assert asked["x-forwarded-for"] == "198.51.100.1, 192.0.2.7"
    assert asked["x-forwarded-proto"] == "http"
    assert asked["authorization"] == "Bearer t"
    assert asked["content-length"] == "4"
    assert engine.bodies == [b"body"]
    assert not asked.keys() & {"connection", "x-hop", "te"}


def test_a_hit_asks_nobody(engine: Engine, view: Viewer) -> None:
    first, second = view("GET", "/image/a.jpg?w=1"), view("GET", "/image/a.jpg?w=1", headers={"Cookie": "c", "X": "y"})
    assert (first.headers["X-Cache"], second.headers["X-Cache"]) == ("Miss from cloudfront", "Hit from cloudfront")
    assert first.content == second.content == PICTURE
    assert len(engine.lines) == 1


def test_another_query_is_another_entry(engine: Engine, view: Viewer) -> None:
    for path in ("/image/a.jpg", "/image/a.jpg?w=1", "/image/a.jpg?w=2", "/image/A.jpg", "/api/image"):
        assert view("GET", path).headers["X-Cache"] == "Miss from cloudfront"
    assert len(engine.lines) == 5


def test_a_head_neither_fills_the_cache_nor_misses_it(engine: Engine, view: Viewer) -> None:
    head = view("HEAD", "/image/a.jpg")
    assert (head.headers["Content-Length"], head.content) == ("10", b"")
    assert view("GET", "/image/a.jpg").headers["X-Cache"] == "Miss from cloudfront"
    assert view("HEAD", "/image/a.jpg").headers["X-Cache"] == "Hit from cloudfront"
    assert [line.split()[0] for line in engine.lines] == ["HEAD", "GET"]


def test_the_engine_is_asked_for_the_whole(engine: Engine, view: Viewer) -> None:
    answer = view("GET", "/image/a.jpg", headers={"Range": "bytes=2-3", "If-Range": '"e"', "If-None-Match": '"x"'})
    assert (answer.status_code, answer.content, answer.headers["Content-Range"]) == (206, b"23", "bytes 2-3/10")
    assert not {name.lower() for name, _ in engine.asked[0]} & {"range", "if-range", "if-none-match"}


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (404, PUBLIC),
        (302, PUBLIC),
        (503, PUBLIC),
        (503, {"Cache-Control": "no-store", "Retry-After": "5"}),
        (200, {"Cache-Control": "no-store"}),
        (200, {**PUBLIC, "Set-Cookie": "a=b"}),
    ],
)
def test_what_is_not_kept(engine: Engine, view: Viewer, status: int, headers: dict[str, str]) -> None:
    engine.status, engine.headers = status, headers
    answers = [view("GET", "/image/a.jpg") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, status]
    assert len(engine.lines) == 2


def test_the_apis_answers_are_not_kept(engine: Engine, view: Viewer) -> None:
    for _ in range(2):
        view("GET", "/.well-known/jwks.json")
    assert len(engine.lines) == 2


async def flood(view: Viewer, links: int, meanwhile: Callable[[httpx.AsyncClient], Awaitable[None]]) -> list[int]:
    """The statuses of so many links at once, to an engine that keeps all it gets until ``meanwhile`` is done."""
    arrived, done = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        if "/image/" in view.engine.lines[-1]:
            arrived.release()
            done.wait()

    view.engine.meanwhile = hold
    edge = Edge(view.host, view.engine.port, view.distribution(), view.cache, view.log)
    transport = httpx.ASGITransport(edge, client=("192.0.2.7", 5))  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
        sent = [asyncio.create_task(client.get(f"/image/a.jpg?w={n}")) for n in range(1, links + 1)]
        for _ in range(LINKS_IN_FLIGHT):
            await asyncio.to_thread(arrived.acquire)
        try:
            await meanwhile(client)
        finally:
            done.set()
        statuses = [(await each).status_code for each in sent]
    await edge.close()
    return statuses


def test_the_api_is_answered_while_links_take_all_they_may(engine: Engine, view: Viewer) -> None:
    async def ask(client: httpx.AsyncClient) -> None:
        answers = await asyncio.wait_for(asyncio.gather(*(client.get("/api/x") for _ in range(40))), 20)
        assert {answer.status_code for answer in answers} == {200}
        assert len([line for line in engine.lines if "/image/" in line]) == LINKS_IN_FLIGHT

    assert asyncio.run(flood(view, 40, ask)) == [200] * 40


def test_a_link_that_waits_too_long_is_refused_and_the_refusal_is_not_kept(
    engine: Engine, view: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.local.edge.LINK_WAIT_SECONDS", 0.1)

    async def ask(client: httpx.AsyncClient) -> None:
        refusal = await client.get("/image/a.jpg?w=999")
        assert (refusal.status_code, refusal.json()["message"]) == (503, "Too many requests at once")
        assert (refusal.headers["Retry-After"], refusal.headers["Cache-Control"]) == ("1", "no-store")

    statuses = asyncio.run(flood(view, 2 * LINKS_IN_FLIGHT, ask))
    assert sorted(statuses) == [200] * LINKS_IN_FLIGHT + [503] * LINKS_IN_FLIGHT
    engine.meanwhile = lambda: None
    assert view("GET", "/image/a.jpg?w=999").headers["X-Cache"] == "Miss from cloudfront"


def test_an_html_page_of_the_cdn_becomes_json(engine: Engine, view: Viewer) -> None:
    engine.status, engine.body = 504, b"<!DOCTYPE HTML>"
    engine.headers = {"Content-Type": "text/html", "X-Cache": "Error from cloudfront"}
    answer = view("GET", "/api/x")
    assert (answer.status_code, answer.json()) == (504, {"message": "Gateway Timeout", "status": 504})


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("POST", "/image/a.jpg", "GET, HEAD, OPTIONS"), ("TRACE", "/api/x", "GET, HEAD, OPTIONS, POST, DELETE")],
)
def test_a_method_that_no_behaviour_takes(engine: Engine, view: Viewer, method: str, path: str, allow: str) -> None:
    answer = view(method, path)
    assert (answer.status_code, answer.headers["Allow"], answer.json()["status"]) == (405, allow, 405)
    assert engine.lines == []


def test_an_engine_that_is_away_is_a_502_in_json(engine: Engine, view: Viewer) -> None:
    engine.port = 9
    answer = view("GET", "/api/x")
    assert (answer.status_code, json.loads(answer.content)) == (
        502,
        {"message": "The engine is not there", "status": 502},
    )


def test_a_body_past_the_limit_is_refused(engine: Engine, view: Viewer) -> None:
    answer = view("POST", "/api/x", content=b"x" * (BODY_LIMIT + 1))
    assert (answer.status_code, answer.json()["status"]) == (413, 413)
    assert engine.lines == []
    assert view("POST", "/api/x", content=b"x" * 25_000_000).status_code == 200


def test_a_behaviour_is_chosen_by_the_decoded_path(engine: Engine, view: Viewer) -> None:
    refused = view("POST", "/image/a%2ejpg")
    assert (refused.status_code, refused.headers["Allow"], engine.lines) == (405, "GET, HEAD, OPTIONS", [])


@pytest.mark.parametrize("target", [b"*", b"http://elsewhere/users/me", b"elsewhere:443"])
def test_what_names_no_path_is_refused(engine: Engine, view: Viewer, target: bytes) -> None:
    answers: list[Mapping[str, object]] = []
    scope: Scope = {"type": "http", "method": "GET", "path": target.decode(), "raw_path": target, "query_string": b""}

    async def send(message: Mapping[str, object]) -> None:
        answers.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    edge = Edge(view.host, engine.port, view.distribution(), view.cache, view.log)
    asyncio.run(edge({**scope, "headers": [], "client": ("192.0.2.7", 5), "http_version": "1.1"}, receive, send))
    assert (answers[0]["status"], engine.lines) == (400, [])


@pytest.mark.parametrize(("sent", "passed_on"), [(None, b"*/*"), (b"", b"*/*"), (b"image/png", b"image/png")])
def test_who_does_not_say_what_it_accepts_accepts_anything(view: Viewer, sent: bytes | None, passed_on: bytes) -> None:
    edge = Edge(view.host, 1, view.distribution(), view.cache, view.log)
    scope: Scope = {"headers": [] if sent is None else [(b"accept", sent)], "client": ("192.0.2.7", 5)}
    headers = edge.request_headers(scope, b"", without=frozenset())
    assert [value for name, value in headers if name.lower() == b"accept"] == [passed_on]


@pytest.mark.parametrize(
    ("purged", "then"),
    [(f"/{ID}/*", "Miss"), ("#folder", "Miss"), ("/*", "Miss"), (f"/{OTHER}/*", "Hit"), ("#f", "Hit")],
)
def test_an_answer_on_its_way_when_it_is_purged_is_given_and_not_kept(
    engine: Engine, view: Viewer, purged: str, then: str
) -> None:
    engine.headers = {**PUBLIC, TAGS_HEADER: f"{ID},folder"}
    link = f"/image/{ID}.jpg"
    engine.meanwhile = lambda: view.cache.purge([purged])
    assert view("GET", link).status_code == 200
    engine.meanwhile = lambda: None
    assert view("GET", link).headers["X-Cache"] == f"{then} from cloudfront"
    assert view("GET", link).headers["X-Cache"] == "Hit from cloudfront"


@pytest.mark.parametrize("status", [200, 206, 304, 404])
def test_tags_are_shown_to_nobody(engine: Engine, view: Viewer, status: int) -> None:
    engine.status, engine.headers = status, {**PUBLIC, TAGS_HEADER: f"{ID},folder"}
    for method in ("GET", "GET", "HEAD"):
        assert TAGS_HEADER not in view(method, f"/image/{ID}.jpg").headers


def test_a_request_is_logged_as_cloudfront_logs_it(engine: Engine, view: Viewer) -> None:
    engine.headers = {**PUBLIC, "Content-Type": "image/png"}
    asked = {"User-Agent": "curl 8\t(x)", "Referer": "http://a/b?c=d", "X-Forwarded-For": "198.51.100.1, 192.0.2.1"}
    view("GET", "/image/a.jpg?w=%31&x=a+b", headers={**asked, "Range": "bytes=2-3"})
    (told,) = view.logged()
    moment = datetime.fromisoformat(f"{told.pop('date')}T{told.pop('time')}+00:00")
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60
    assert 0 <= float(told.pop("time-taken")) == float(told.pop("time-to-first-byte")) < 60
    assert 100 < int(told.pop("sc-bytes")) < 500
    assert {name: value for name, value in told.items() if value != "-"} == {
        "c-ip": "192.0.2.7",
        "c-port": "5",
        "cs-method": "GET",
        "cs(Host)": "d1.cloudfront.net",
        "x-host-header": "edge",
        "cs-protocol": "http",
        "cs-protocol-version": "HTTP/1.1",
        "cs-uri-stem": "/image/a.jpg",
        "cs-uri-query": "w=%31&x=a+b",
        "cs(User-Agent)": "curl%208%09(x)",
        "cs(Referer)": "http://a/b?c=d",
        "x-forwarded-for": "198.51.100.1,%20192.0.2.1",
        "sc-status": "206",
        "sc-content-type": "image/png",
        "sc-content-len": "2",
        "sc-range-start": "2",
        "sc-range-end": "3",
        "x-edge-result-type": "Miss",
        "x-edge-response-result-type": "Miss",
        "x-edge-detailed-result-type": "Miss",
    }


def test_every_request_is_logged_whoever_answers_it(engine: Engine, view: Viewer) -> None:
    for method, path in [("GET", "/image/a.jpg")] * 2 + [("HEAD", "/image/a.jpg"), ("PUT", "/image/a.jpg")]:
        view(method, path)
    view("GET", "/image/a.jpg", headers={"If-None-Match": '"e"'})
    view("GET", "/image/a.jpg", headers={"Range": "bytes=99-"})
    engine.port = 9
    view("GET", "/api/x?y")
    told = [
        (each["cs-method"], each["cs-uri-stem"], each["sc-status"], each["x-edge-result-type"])
        for each in view.logged()
    ]
    assert told == [
        ("GET", "/image/a.jpg", "200", "Miss"),
        ("GET", "/image/a.jpg", "200", "Hit"),
        ("HEAD", "/image/a.jpg", "200", "Hit"),
        ("PUT", "/image/a.jpg", "405", "Error"),
        ("GET", "/image/a.jpg", "304", "Hit"),
        ("GET", "/image/a.jpg", "416", "Hit"),
        ("GET", "/api/x", "502", "Error"),
    ]


@pytest.mark.parametrize("headers", PREFLIGHTS.values(), ids=PREFLIGHTS)
@pytest.mark.parametrize("path", ["/", "/users/me", "/nothing", "/image/a.jpg", "/docs"])
def test_a_preflight_is_answered_here(engine: Engine, view: Viewer, path: str, headers: Mapping[str, str]) -> None:
    answer = view("OPTIONS", path, headers=headers)
    assert (answer.status_code, answer.content, engine.lines) == (204, b"", [])
    assert answer.headers.items() >= PREFLIGHT.items()
    assert "content-length" not in answer.headers


def test_the_root_leads_to_the_console(engine: Engine, view: Viewer) -> None:
    for method in ("GET", "HEAD"):
        answer = view(method, "/?a=b")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/console/")
        assert is_open(answer.headers)
    assert engine.lines == []
    assert view("POST", "/").status_code == 200


def test_a_refusal_of_the_edge_can_be_read_by_pages(engine: Engine, view: Viewer) -> None:
    assert is_open(view("DELETE", "/image/a.jpg").headers)
    engine.status, engine.headers = 504, {"X-Cache": "Error from cloudfront"}
    assert is_open(view("GET", "/api/x").headers)
    engine.port = 9
    assert is_open(view("GET", "/api/x").headers)


DOCUMENT = b'{"openapi": "3.1.0"}' * 100
DOCUMENTED = {"Cache-Control": "public, max-age=60", "Content-Type": "application/json", "ETag": '"e"'}


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("deflate,gzip ; q=1.0,*", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("x-gzip", False),
        ("identity", False),
        ("", False),
    ],
)
def test_documentation_is_compressed_for_who_takes_it(
    engine: Engine, view: Viewer, accepted: str, is_compressed: bool
) -> None:
    engine.headers, engine.body = dict(DOCUMENTED), DOCUMENT
    answer = view("GET", "/docs", headers={"Accept-Encoding": accepted})
    assert answer.content == DOCUMENT
    assert (answer.headers.get("content-encoding") == "gzip") == is_compressed
    assert answer.headers["etag"] == ('W/"e"' if is_compressed else '"e"')
    assert (int(answer.headers["content-length"]) < 1000) == is_compressed


def test_compressed_and_plain_documents_are_cached_apart(engine: Engine, view: Viewer) -> None:
    engine.headers, engine.body = dict(DOCUMENTED), DOCUMENT
    for _ in range(2):
        packed = view("GET", "/docs", headers={"Accept-Encoding": "gzip"})
        plain = view("GET", "/docs", headers={"Accept-Encoding": "identity"})
        assert packed.content == plain.content == DOCUMENT
        assert (packed.headers["vary"], "content-encoding" in plain.headers) == ("Accept-Encoding", False)
    assert len(engine.lines) == 2
    known = view("GET", "/docs", headers={"Accept-Encoding": "gzip", "If-None-Match": 'W/"e"'})
    assert (known.status_code, known.content, len(engine.lines)) == (304, b"", 2)
    part = view("GET", "/docs", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-3"})
    assert (part.status_code, part.content, len(engine.lines)) == (206, DOCUMENT[:4], 2)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (DOCUMENTED, DOCUMENT[:999]),
        ({**DOCUMENTED, "Content-Type": "image/png"}, DOCUMENT),
        ({**DOCUMENTED, "Content-Encoding": "identity"}, DOCUMENT),
    ],
)
def test_what_is_not_compressed(engine: Engine, view: Viewer, headers: dict[str, str], body: bytes) -> None:
    engine.headers, engine.body = dict(headers), body
    answer = view("GET", "/docs", headers={"Accept-Encoding": "gzip"})
    assert answer.headers.get("content-encoding") != "gzip"
    assert (answer.content, "vary" in answer.headers) == (body, False)


def test_a_post_to_a_cached_path_reaches_the_engine(engine: Engine, view: Viewer) -> None:
    engine.headers, engine.body = dict(DOCUMENTED), DOCUMENT
    view("GET", "/docs")
    view("POST", "/docs", content=b"x")
    assert [line.split()[0] for line in engine.lines] == ["GET", "POST"]


def test_a_link_is_never_compressed(engine: Engine, view: Viewer) -> None:
    engine.headers, engine.body = {**PUBLIC, "Content-Type": "application/json"}, DOCUMENT
    assert "content-encoding" not in view("GET", "/image/a.jpg", headers={"Accept-Encoding": "gzip"}).headers


def test_a_link_that_leaves_its_format_open_is_kept_once_for_each_answer(engine: Engine, view: Viewer) -> None:
    """Whatever else ``Accept`` says: at most three answers, and other links have one."""
    accepted = (
        "image/avif,image/webp",
        "image/avif",
        "image/webp,*/*",
        "image/webp;q=0.1",
        "*/*",
        "",
        "image/avif;q=0",
    )
    for number, accept in enumerate(accepted):
        engine.body = str(number).encode()
        view("GET", f"/image/{ID}.auto", headers={"Accept": accept})
    assert len(engine.lines) == 3
    answers = [view("GET", f"/image/{ID}.auto", headers={"Accept": accept}).content for accept in accepted]
    assert answers == [b"0", b"0", b"2", b"2", b"4", b"4", b"4"]
    for accept in accepted:
        view("GET", f"/image/{ID}.webp", headers={"Accept": accept})
    assert len(engine.lines) == 4
