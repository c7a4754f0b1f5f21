"""The engine's door: what a web page can have a browser send, and what the project's own processes send."""

import asyncio
from collections.abc import Generator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from infra.local.front import HEALTH_PATH, INVALIDATIONS_PATH, SAVE_PATH, Front
from infra.local.keeper import Keeper
from infra.local.ministack_internals import app, s3
from infra.local.serving import Receive, Scope, Send

PORT = 23456
HOST = f"127.0.0.1:{PORT}"
INCOMING, ORIGINALS = "the-incoming-bucket", "the-originals-bucket"
CORS = """<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>POST</AllowedMethod>
<AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>"""

PAGE = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
SDK = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, Signature=0"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
SIGNED = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "a/20260101/us-east-1/s3/aws4_request",
    "X-Amz-Date": "20260101T000000Z",
    "X-Amz-Expires": "300",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0",
}


@dataclass
class Engine:
    """What has come through the door, and the answers' statuses."""

    passed: list[Scope] = field(default_factory=list[Scope])
    viewed: list[str] = field(default_factory=list[str])
    saves: int = 0
    statuses: list[int] = field(default_factory=list[int])

    def ask(self, method: str, target: str, headers: dict[str, str], kind: str = "http") -> bool:
        """Whether a request gets past the door."""
        before = len(self.passed) + len(self.viewed) + self.saves
        path, _, query = target.partition("?")
        named = {"Host": HOST, **headers}
        scope: dict[str, Any] = {
            "type": kind,
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "client": ("127.0.0.1", 1),
            "scheme": "http",
        }
        asyncio.run(self._front(scope, self._receive, self._send))
        is_refused = self.statuses[-1] in (403, 1008)
        assert not is_refused or len(self.passed) + len(self.viewed) + self.saves == before
        return not is_refused

    @property
    def _front(self) -> Front:
        stub = SimpleNamespace(
            app=self._app,
            send_response=app.send_response,
            handle_cloudfront_dataplane_request=self._view,
            handle_execute_api_request=self._view,
        )
        return Front(stub, cast(Keeper, self), PORT)

    async def save_all(self) -> bool:
        """As the keeper does."""
        self.saves += 1
        return True

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.passed.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def _view(self, host: str, *_: Any, **__: Any) -> tuple[int, dict[str, str], bytes]:
        self.viewed.append(host)
        return 200, {}, b""

    async def _receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def _send(self, message: Any) -> None:
        self.statuses += [message[name] for name in ("status", "code") if name in message]


@pytest.fixture
def engine() -> Generator[Engine]:
    """An engine with two buckets, one of which takes forms."""
    for bucket in (INCOMING, ORIGINALS):
        s3.buckets[bucket] = {}
    s3.bucket_cors[INCOMING] = CORS
    yield Engine()
    for bucket in (INCOMING, ORIGINALS):
        del s3.buckets[bucket]
    del s3.bucket_cors[INCOMING]


def test_a_signature_of_version_4a_is_one_too(engine: Engine) -> None:
    """CloudFront's KeyValueStore takes no other."""
    signed = {"Authorization": SDK["Authorization"].replace("HMAC", "ECDSA-P256")}
    assert engine.ask("POST", "/key-value-stores/arn%3Aaws/keys", signed)
    assert not engine.ask("POST", "/key-value-stores/arn%3Aaws/keys", {**signed, **PAGE})


def test_an_sdk_is_let_in(engine: Engine) -> None:
    for host in (HOST, f"localhost:{PORT}"):
        assert engine.ask("POST", "/", {**SDK, "Host": host, "X-Amz-Target": "DynamoDB_20120810.PutItem"})
        assert engine.ask("PUT", f"/{ORIGINALS}/a", {**SDK, "Host": host})
    assert all((b"authorization", SDK["Authorization"].encode()) in scope["headers"] for scope in engine.passed)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
def test_what_a_browser_marks_is_refused(engine: Engine, site: str) -> None:
    """Of the same origin too, which may be a page that somebody has put into a bucket; and what a redirect leads to
    from an address that was typed."""
    for headers in ({}, SDK):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            assert not engine.ask(method, "/?Action=CreateUser&UserName=eve", {**headers, "Sec-Fetch-Site": site})
            assert not engine.ask(method, "/2015-03-31/functions", {**headers, "Origin": "null"})


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"X-Amz-Target": "AmazonSQS.CreateQueue"}])
def test_what_is_not_signed_is_refused(engine: Engine, headers: dict[str, str]) -> None:
    """An old browser marks nothing."""
    assert not engine.ask("GET", "/?Action=CreateQueue&QueueName=a", headers)
    assert not engine.ask("GET", "/?Action=CreateQueue&QueueName=a&" + urlencode(SIGNED), headers)
    assert not engine.ask("POST", "/", {**headers, "Content-Type": "text/plain"})
    assert not engine.ask("POST", "/_ministack/reset", headers)
    assert not engine.ask("GET", "/2015-03-31/functions/", headers)


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", "127.0.0.1:1", "127.0.0.1", ""]
)
def test_another_name_is_refused_whatever_is_asked(engine: Engine, host: str) -> None:
    for target in ("/", HEALTH_PATH, SAVE_PATH, INVALIDATIONS_PATH, "/_aws/execute-api/constellation/v1/users/me"):
        assert not engine.ask("GET", target, {**SDK, "Host": host})
    assert not engine.ask("GET", f"/{ORIGINALS}/a?{urlencode(SIGNED)}", {"Host": host})
    assert not engine.ask("POST", f"/{INCOMING}", {**FORM, "Host": host})


def test_the_launcher_is_served_and_no_page(engine: Engine) -> None:
    for path in (HEALTH_PATH, SAVE_PATH, INVALIDATIONS_PATH):
        assert engine.ask("GET", path, {})
        assert not engine.ask("GET", path, PAGE)


def test_the_product_is_open_to_pages(engine: Engine) -> None:
    assert engine.ask("POST", "/api/auth/login", {**PAGE, "Host": "d111111abcdef8.cloudfront.net"})
    assert engine.ask("POST", "/_aws/execute-api/constellation/v1/users/me", {**PAGE, "Host": "localhost"})


def test_a_form_is_let_in_without_what_would_make_it_something_else(engine: Engine) -> None:
    headers = {**FORM, **SDK, "Content-Length": "5", "X-Amz-Target": "AmazonSQS.CreateQueue"}
    for marks in ({}, PAGE):
        for path in (f"/{INCOMING}", f"/{INCOMING}/"):
            assert engine.ask("POST", path, {**FORM, **marks})
    assert engine.ask("OPTIONS", f"/{INCOMING}", {**PAGE, "Access-Control-Request-Method": "POST"})
    assert engine.ask("POST", f"/{INCOMING}", {**headers, **PAGE})
    assert {name for name, _ in engine.passed[-1]["headers"]} == {
        b"host",
        b"origin",
        b"content-type",
        b"content-length",
    }


def test_a_form_is_for_the_bucket_that_takes_forms(engine: Engine) -> None:
    for target in ("/", f"/{ORIGINALS}", f"/{INCOMING}/a", f"/{INCOMING}?delete", f"/{INCOMING}?Action=CreateQueue"):
        for method in ("POST", "OPTIONS"):
            assert not engine.ask(method, target, {**FORM, **PAGE})
    for method in ("PUT", "GET", "DELETE", "PATCH"):
        assert not engine.ask(method, f"/{INCOMING}", {**FORM, **PAGE})
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert not engine.ask("POST", f"/{INCOMING}", {**PAGE, "Content-Type": kind})


def test_an_object_is_read_by_a_signed_address(engine: Engine) -> None:
    beside = {"X-Amz-Security-Token": "t", "response-content-disposition": "attachment"}
    for method in ("GET", "HEAD", "OPTIONS"):
        for marks in ({}, PAGE, {"Sec-Fetch-Site": "cross-site"}):
            assert engine.ask(method, f"/{ORIGINALS}/a/b?{urlencode(SIGNED | beside)}", marks)
    assert engine.ask("GET", f"/{ORIGINALS}/a?{urlencode(SIGNED)}", {**PAGE, **SDK, "X-Amz-Target": "x", "Range": "r"})
    assert {name for name, _ in engine.passed[-1]["headers"]} == {b"host", b"origin", b"range"}


def test_nothing_else_is_done_by_a_signed_address(engine: Engine) -> None:
    query = urlencode(SIGNED)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert not engine.ask(method, f"/{ORIGINALS}/a?{query}", PAGE)
    for target in ("/", f"/{ORIGINALS}", f"/{ORIGINALS}/", "/2015-03-31/functions", "/_ministack/reset"):
        assert not engine.ask("GET", f"{target}?{query}", PAGE)
    for more in ("Action=CreateQueue", "acl", "X-Amz-Target=x", "uploads", "x-amz-signature=1", "list-type=2"):
        assert not engine.ask("GET", f"/{ORIGINALS}/a?{query}&{more}", PAGE)
    for left_out in SIGNED:
        some = urlencode({name: value for name, value in SIGNED.items() if name != left_out})
        assert not engine.ask("GET", f"/{ORIGINALS}/a?{some}", PAGE)


@pytest.mark.parametrize("algorithm", ["AWS4-ECDSA-P256-SHA256", "aws4-hmac-sha256", "none", ""])
def test_a_signature_that_the_engine_would_not_check_opens_nothing(engine: Engine, algorithm: str) -> None:
    """It takes what has another algorithm, and what it knows by no exact name, for a request of somebody unknown."""
    address = f"/{ORIGINALS}/a?"
    assert not engine.ask("GET", address + urlencode(SIGNED | {"X-Amz-Algorithm": algorithm}), PAGE)
    assert not engine.ask("GET", f"{address}X-Amz-Algorithm={algorithm}&{urlencode(SIGNED)}", PAGE)
    assert not engine.ask("GET", f"{address}{urlencode(SIGNED)}&X-Amz-Algorithm={algorithm}", PAGE)


def test_the_parameters_of_a_signature_are_named_exactly_and_not_empty(engine: Engine) -> None:
    for name in SIGNED:
        others = {other: value for other, value in SIGNED.items() if other != name}
        for spelling, value in ((name, ""), (name.upper(), SIGNED[name]), (name.lower(), SIGNED[name])):
            assert not engine.ask("GET", f"/{ORIGINALS}/a?{urlencode({spelling: value} | others)}", PAGE)


def test_no_websocket_is_opened(engine: Engine) -> None:
    for headers in ({}, SDK, {"Host": "d111111abcdef8.cloudfront.net"}):
        assert not engine.ask("GET", "/_aws/execute-api/constellation/v1", headers, kind="websocket")
