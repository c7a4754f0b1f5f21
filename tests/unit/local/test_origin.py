"""The API asked in the engine's own process: nothing may differ from what goes through a connection."""

import asyncio
import base64
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from infra.local import cloudfront
from infra.local.checks import reserve
from infra.local.front import Front
from infra.local.ministack_internals import app
from infra.local.ministack_internals import cloudfront as engines
from infra.local.origin import ask_own_api_directly
from infra.local.serving import serve_fast
from tests.support.product import free_port

STAGE = "/_aws/execute-api/constellation/live"

REQUESTS: list[tuple[str, str, str, dict[str, str], bytes]] = [
    ("GET", "/images", "", {"accept": "*/*"}, b""),
    ("GET", "/images", "a=1&a=2&b=&c=%2F%20+", {"accept-encoding": "gzip", "cookie": "a=b; c=d"}, b""),
    ("GET", "/folders/a%2Fb%20c%C3%A9%25", "", {"x-name": "caf\xe9"}, b""),
    ("HEAD", "/images", "", {}, b""),
    ("POST", "/images", "", {"content-type": "application/json"}, b'{"a": "\xc3\xa9"}'),
    ("POST", "/images", "", {}, b""),
    ("PUT", "/images", "", {"x-forwarded-for": "10.0.0.1"}, bytes(range(256)) * 1000),
    ("DELETE", "/images/1", "", {}, b""),
    ("DELETE", "/images/1", "", {}, b"a body"),
]

ANSWERS: list[Any] = [
    (200, {"Content-Type": "application/json", "X-Twice": ["a", "b"], "Set-Cookie": ["a=1; Path=/", "b=2"]}, b"{}"),
    (201, {"content-length": "4"}, "text"),
    (204, {}, b""),
    (404, {"X-Name": "caf\xe9"}, "caf\xe9"),
    (599, {}, b"an unusual status"),
    None,
]


def _origin(port: int, **other: Any) -> dict[str, Any]:
    return {
        "id": "api",
        "domain_name": "localhost",
        "origin_path": STAGE,
        "custom_headers": [("X-Origin-Secret", "a secret")],
        "http_port": port,
        "https_port": 443,
        "protocol_policy": "http-only",
        "read_timeout": 30,
        **other,
    }


def _without(answer: Any, *names: str) -> Any:
    status, reason, headers, body = answer
    return status, reason, {name: value for name, value in headers.items() if name not in names}, body


class Api:
    """What the engine's API is asked, and what it answers next."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.answer: Any = None
        self.seconds = 0.0

    async def handle(self, *parts: Any, **named: Any) -> Any:
        host, path, method, headers, body, query = parts
        traced = {"via", "x-amz-cf-id"}  # made anew for each request
        told = {name: value for name, value in headers.items() if name not in traced}
        self.asked.append((host, path, method, told, base64.b64encode(body), json.dumps(query), sorted(named.items())))
        await asyncio.sleep(self.seconds)
        return self.answer


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api()
    monkeypatch.setattr(*app.place("handle_execute_api_request"), api.handle)
    monkeypatch.setattr(*engines.place("fetch_from_origin"), engines.fetch_from_origin)
    return api


async def _both(api: Api, port: int) -> None:
    through_connection = engines.fetch_from_origin
    ask_own_api_directly(port)
    for answer in ANSWERS:
        for method, uri, query, headers, body in REQUESTS:
            api.answer = answer
            parts = (_origin(port), method, uri, query, headers, body, False, "192.0.2.1", "10.0.0.1", "")
            expected = _without(await through_connection(*parts), "date", "transfer-encoding")
            assert _without(await engines.fetch_from_origin(*parts)) == expected
            by_connection, directly = api.asked[-2:]
            assert directly == by_connection


def test_the_api_and_the_viewer_see_no_difference(api: Api) -> None:
    asyncio.run(_served(api))
    assert len(api.asked) == 2 * len(REQUESTS) * len(ANSWERS)


async def _served(api: Api) -> None:
    port = free_port()
    ministack = SimpleNamespace(
        app=None, send_response=app.send_response, handle_execute_api_request=app.handle_execute_api_request
    )

    async def lifespan(scope: Any, receive: Any, send: Any) -> None:
        while True:
            event = (await receive())["type"]
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return

    ministack.app = lifespan
    ended = asyncio.Event()
    front: Any = Front(ministack, cast(Any, None), port)
    serving = asyncio.create_task(serve_fast(front, reserve(port), cast(Any, ended.wait)))
    try:
        await _listens(port)
        await _both(api, port)
    finally:
        ended.set()
        await serving


async def _listens(port: int) -> None:
    """Wait until the server listens, at most 10 s."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                await writer.wait_closed()
                return


@pytest.mark.parametrize(
    ("other", "uri"),
    [
        ({"http_port": 1}, "/images"),
        ({"protocol_policy": "https-only"}, "/images"),
        ({"domain_name": "files.example.com"}, "/images"),
        ({"origin_path": "/somewhere"}, "/images"),
        ({}, "/a b"),
        ({}, "/\xe9"),
    ],
)
def test_other_origins_are_asked_as_before(
    api: Api, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any], uri: str
) -> None:
    async def fetched(*_: Any) -> str:
        return "fetched"

    engines.fetch_from_origin = fetched
    ask_own_api_directly(4566)
    origin = _origin(4566, **other)
    assert asyncio.run(engines.fetch_from_origin(origin, "GET", uri, "", {}, b"", False, "", "", "")) == "fetched"


def test_an_api_that_is_late_is_a_timeout(api: Api) -> None:
    api.seconds = 5
    ask_own_api_directly(4566)
    origin = _origin(4566, read_timeout=0.01)
    with pytest.raises(engines.OriginTimeout):
        asyncio.run(engines.fetch_from_origin(origin, "GET", "/images", "", {}, b"", False, "", "", ""))


def test_a_distribution_is_read_anew_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        *engines.place("parse_distribution_dataplane_config"), engines.parse_distribution_dataplane_config
    )
    cloudfront.read_distributions_once()
    texts = [f"<DistributionConfig><DefaultRootObject>{name}</DefaultRootObject></DistributionConfig>" for name in "ab"]
    read = [engines.parse_distribution_dataplane_config({"config_xml": text}) for text in (*texts, texts[0])]
    assert [each["default_root_object"] for each in read] == ["a", "b", "a"]
    assert read[2] is read[0]
    assert engines.parse_distribution_dataplane_config({})["origins"] == {}
