"""The smoke test holds against the running product, and each of its lines can fail.

One run is recorded. Each line is then tried again on the recorded answers: as they are it holds, and changed in the
ways in which a deployment could be wrong it fails.
"""

import base64
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import httpx
import pytest

from tests.smoke.__main__ import INTERRUPTED, main, smoke
from tests.smoke.run import CHECKS, MARK, Check, Run, attempt, clean_up
from tests.smoke.web import Answer, RealWeb
from tests.support.product import ROOT, Product

URLLIB = "urllib"
SECONDS = 120
ACCOUNT = {"SMOKE_USER": "smoke-in-the-tests", "SMOKE_PASSWORD": "a long enough one"}

Exchanges = dict[tuple[str, str], list[Answer]]
Change = Callable[[str, str, Answer], Answer]
"""What becomes of an answer, by the method and the address that were asked."""


class Recorder(RealWeb):
    """Reaches a deployment, and keeps in ``exchanges`` what it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: Exchanges = {}
        self._lock = threading.Lock()

    def ask(self, request: httpx.Request) -> Answer:
        return self._kept(request.method, str(request.url), super().ask(request))

    def open(self, url: str, headers: Mapping[str, str]) -> Answer:
        return self._kept(URLLIB, url + headers.get("Range", ""), super().open(url, headers))

    def _kept(self, method: str, url: str, answer: Answer) -> Answer:
        with self._lock:
            self.exchanges.setdefault((method, url), []).append(answer)
        return answer


@dataclass
class Replay:
    """Gives recorded answers once more, each after a ``change``; the last one for ever. Its clock runs by itself."""

    exchanges: Exchanges
    change: Change
    clock: float = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, request: httpx.Request) -> Answer:
        return self._next(request.method, str(request.url))

    def open(self, url: str, headers: Mapping[str, str]) -> Answer:
        return self._next(URLLIB, url + headers.get("Range", ""))

    def now(self) -> float:
        return self.clock

    def pause(self, seconds: float) -> None:
        with self.lock:
            self.clock += seconds

    def _next(self, method: str, url: str) -> Answer:
        with self.lock:
            self.clock += 0.01
            answers = self.exchanges.get((method, url))
            if not answers:
                raise httpx.ConnectError(f"{method} {url} was not recorded")
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return self.change(method, url, answer)


@dataclass
class Recording:
    """A run: what it said, how it ended, and of each check what was known before it and what was exchanged."""

    run: Run
    lines: list[str] = field(default_factory=list[str])
    status: int = -1
    seconds: float = 0
    known: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    began: dict[str, float] = field(default_factory=dict[str, float])
    exchanges: dict[str, Exchanges] = field(default_factory=dict[str, Exchanges])

    def noted(self, web: Recorder, each: Check) -> Check:
        """The check, which tells its exchanges from those of others."""

        def function(run: Run) -> str | None:
            self.known[each.name], self.began[each.name] = dict(run.known), web.now()
            web.exchanges = self.exchanges[each.name] = {}
            return each.function(run)

        return replace(each, function=function)

    def again(self, each: Check, change: Change) -> str:
        """The line of a check with its recorded answers, changed."""
        exchanges = {asked: list(answers) for asked, answers in self.exchanges[each.name].items()}
        web = Replay(exchanges, change, self.began[each.name])
        run = replace(self.run, web=web, known=dict(self.known[each.name]))
        said: list[str] = []
        attempt(run, each.text, each.function, said.append)
        return said[0]


@pytest.fixture(scope="module")
def recording(product: Product) -> Generator[Recording]:
    """One run, with all that can be looked at without TLS."""
    if not product.running():
        product.start()
    with Recorder() as web:
        made = Recording(Run(web, product.url, waits_for_views=True))
        begun = time.monotonic()
        made.status = smoke(made.run, made.lines.append, [made.noted(web, each) for each in CHECKS])
        made.seconds = time.monotonic() - begun
        yield made


def as_it_is(_method: str, _url: str, answer: Answer) -> Answer:
    return answer


def broken(_method: str, _url: str, answer: Answer) -> Answer:
    return replace(answer, status=500, headers={}, content=b"")


def empty(_method: str, _url: str, answer: Answer) -> Answer:
    return replace(answer, content=b"")


def becomes(old: int, new: int, within: str = "") -> Change:
    """Another status, where the address has something in it."""
    return lambda _method, url, answer: (
        replace(answer, status=new) if answer.status == old and within in url else answer
    )


def without(name: str, method: str = "") -> Change:
    """The same without a header."""
    return says(name, None, method)


def says(name: str, value: str | None, method: str = "") -> Change:
    """The same with another header, to a method."""

    def change(asked: str, _url: str, answer: Answer) -> Answer:
        headers = {key: kept for key, kept in answer.headers.items() if key != name}
        headers |= {name: value} if value is not None else {}
        return replace(answer, headers=headers) if method in asked else answer

    return change


def in_json(name: str, value: Any) -> Change:
    """The same with another value in a JSON object."""

    def change(_method: str, _url: str, answer: Answer) -> Answer:
        content: Any = answer.json if answer.is_json and answer.content else None
        if not isinstance(content, dict) or name not in content:
            return answer
        return replace(answer, content=json.dumps({**cast("dict[str, Any]", content), name: value}).encode())

    return change


def another_each_time() -> Change:
    """The same with another id in each answer."""
    ids = itertools.count()

    def change(method: str, url: str, answer: Answer) -> Answer:
        return in_json("id", str(next(ids)))(method, url, answer)

    return change


def in_base64(_method: str, url: str, answer: Answer) -> Answer:
    is_bytes = "/binary" in url and answer.status in (200, 206)
    return replace(answer, content=base64.b64encode(answer.content)) if is_bytes else answer


def cut_off(_method: str, _url: str, answer: Answer) -> Answer:
    return replace(answer, content=answer.content[: len(answer.content) // 2])


def altered(_method: str, url: str, answer: Answer) -> Answer:
    is_large = len(answer.content) > 400
    return replace(answer, content=answer.content[:-1] + b"\xfe") if is_large else answer


GATEWAYS_OWN = in_json("message", "Missing Authentication Token")
STILL_THERE = becomes(404, 200)
NOT_SUCH_AN_ANSWER: Mapping[str, Sequence[Change]] = {
    "accounts": [becomes(200, 401), becomes(201, 422), in_json("uuid", None), in_json("token_type", "mac")],
    "refresh": [becomes(401, 200), in_json("uuid", "another")],
    "wrong_password": [becomes(401, 200), in_json("error", None), empty],
    "no_credential": [GATEWAYS_OWN, becomes(401, 403), without("cache-control"), says("content-type", "text/html")],
    "made_up_credential": [GATEWAYS_OWN, becomes(401, 403), becomes(401, 200)],
    "unknown_paths": [GATEWAYS_OWN, becomes(404, 403), says("content-type", "text/html")],
    "wrong_method": [lambda _method, _url, answer: replace(answer, status=403), in_json("status", 403), empty],
    "malformed": [becomes(400, 502), lambda _method, _url, answer: replace(answer, content=b'{"message":"?"}'), empty],
    "too_large": [becomes(413, 502), in_json("message", "HTTP content length exceeded 10485760 bytes."), empty],
    "wrong_types": [becomes(415, 400), becomes(422, 201), in_json("error", {"violations": [{"message": "?"}]})],
    "upload": [without("location"), becomes(201, 200), in_json("width", 1)],
    "trailing_slash": [
        lambda _, url, answer: replace(answer, status=301) if url.endswith("/") else answer,
        lambda _, url, answer: replace(answer, status=404) if url.endswith("/users/me/") else answer,
        lambda _, url, answer: replace(answer, content=b"another") if url.endswith(".jpg/") else answer,
        lambda method, _, answer: replace(answer, status=403) if method == "POST" else answer,
    ],
    "sizes_and_formats": [says("content-type", "image/webp"), cut_off, becomes(200, 302)],
    "iiif": [
        lambda _method, _url, answer: replace(answer, content=answer.content.replace(b"level2", b"level1")),
        cut_off,
        becomes(400, 200),
    ],
    "guards": [without("x-content-type-options"), without("cache-control"), without("content-security-policy")],
    "cached": [says("x-cache", "Miss from cloudfront"), without("x-cache")],
    "head_of_a_link": [without("content-length", "HEAD"), says("content-length", "0", "HEAD"), becomes(200, 404)],
    "ranges_of_a_link": [becomes(206, 200), without("content-range"), altered, cut_off],
    "not_modified": [becomes(304, 200), becomes(200, 304), without("etag")],
    "compression": [says("content-encoding", "gzip")],
    "lists": [in_json("data", []), becomes(200, 422)],
    "search": [in_json("data", [])],
    "change": [becomes(403, 204), becomes(404, 204), in_json("description", "as before")],
    "constellation": [in_json("children", []), becomes(201, 200), cut_off],
    "rights": [becomes(403, 200), becomes(404, 200), becomes(201, 403), becomes(200, 404)],
    "intel_hex": [
        altered,
        in_base64,
        without("etag"),
        becomes(400, 200),
        becomes(204, 200),
        in_json("confirmed", False),
    ],
    "bytes_of_every_value": [in_base64, altered, cut_off, becomes(206, 200)],
    "no_accept": [in_base64, altered],
    "head_of_a_binary": [
        without("content-length", "HEAD"),
        says("content-length", "0", "HEAD"),
        without("etag", "HEAD"),
    ],
    "conditions_of_a_binary": [
        becomes(304, 200),
        becomes(206, 200),
        becomes(416, 400),
        without("content-range"),
        altered,
    ],
    "api_key": [becomes(401, 200), becomes(204, 404), becomes(201, 401), cut_off],
    "form_for_an_image": [
        without("access-control-allow-origin", "OPTIONS"),
        without("access-control-allow-origin", "POST"),
        becomes(403, 204),
        becomes(204, 403),
        in_json("status", "failed"),
        in_json("status", "pending"),
    ],
    "large_picture": [cut_off, says("cache-control", "public, max-age=60"), becomes(200, 403)],
    "large_firmware": [altered, becomes(307, 200), becomes(403, 200), in_json("status", "failed")],
    "keeps_authorization": [in_base64, altered, becomes(206, 307), becomes(200, 502)],
    "firmware_deleted": [STILL_THERE, in_json("confirmed", True)],
    "image_deleted": [STILL_THERE, becomes(404, 200, "w=33"), becomes(204, 403)],
    "many_deleted": [STILL_THERE, becomes(204, 503)],
    "others_still_cached": [says("x-cache", "Miss from cloudfront"), says("age", "0"), without("age")],
    "folder_deleted": [STILL_THERE, in_json("children", ["outer"])],
    "constellation_deleted": [STILL_THERE],
    "key_refused": [becomes(401, 415)],
    "documentation": [says("content-type", "text/plain"), in_json("keys", []), in_json("paths", {})],
    "open_to_pages": [
        becomes(204, 403),
        becomes(302, 404),
        in_json("status", "away"),
        without("access-control-allow-origin", "GET"),
        without("access-control-allow-headers", "OPTIONS"),
        without("cross-origin-resource-policy"),
    ],
    "console": [
        becomes(200, 403, "/console/images"),
        without("cache-control"),
        without("content-security-policy"),
        says("content-security-policy", "script-src 'self'; style-src 'unsafe-inline'"),
        cut_off,
    ],
    "sent_again": [becomes(201, 409), another_each_time()],
    "views": [in_json("views", 2), in_json("views", 4)],
}
"""By the names of the checks, what could be wrong; each makes the line fail."""


def test_everything_holds_in_two_minutes(recording: Recording) -> None:
    tried = [each for each in CHECKS if each.applies(recording.run)]
    results = [line for line in recording.lines if line.startswith(("ok ", "FAIL"))]
    assert [line for line in results if not line.startswith("ok ")] == []
    assert len(results) == len(tried) + 1
    assert (recording.status, recording.seconds < SECONDS) == (0, True)
    assert recording.lines[-1].startswith(f"{len(results)} of {len(results)} hold")


def test_what_needs_tls_is_said_not_to_be_looked_at(recording: Recording) -> None:
    assert {each.name for each in CHECKS if not each.applies(recording.run)} == {"plain_http", "strict_transport"}
    assert any("not looked at" in line for line in recording.lines)


def test_it_leaves_nothing_behind(recording: Recording) -> None:
    _assert_empty(recording.run.base, recording.run.mark, recording.run.password)


def test_it_stays_within_a_days_quotas(recording: Recording) -> None:
    asked = [
        (method, url.removeprefix(recording.run.base), answer.status)
        for exchanges in recording.exchanges.values()
        for (method, url), answers in exchanges.items()
        for answer in answers
    ]
    assert sum(path == "/api/auth/signup" for _, path, _ in asked) == 2
    assert not any(path.startswith("/api/guest") for _, path, _ in asked)
    assert sum((path, status) == ("/api/auth/login", 401) for _, path, status in asked) == 1


@pytest.mark.parametrize(
    "each", [each for each in CHECKS if each.name in NOT_SUCH_AN_ANSWER], ids=lambda each: each.name
)
def test_a_line_holds_and_each_fault_of_its_kind_fails_it(recording: Recording, each: Check) -> None:
    assert recording.again(each, as_it_is).startswith("ok ")
    for number, change in enumerate([broken, *NOT_SUCH_AN_ANSWER[each.name]]):
        line = recording.again(each, change)
        assert line.startswith("FAIL"), (number, line)


def test_no_line_is_without_its_faults() -> None:
    assert {each.name for each in CHECKS} == {*NOT_SUCH_AN_ANSWER, "plain_http", "strict_transport"}


PLAIN = "http://d1.example"
TLS: Exchanges = {
    ("GET", f"{PLAIN}/image/{'0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e'}.jpg"): [
        Answer(301, {"location": "https://d1.example/image/0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e.jpg"}, b"")
    ],
    ("GET", f"{PLAIN}/.well-known/jwks.json"): [Answer(403, {}, b"")],
    ("GET", "https://d1.example/.well-known/jwks.json"): [
        Answer(200, {"strict-transport-security": "max-age=31536000; includeSubDomains"}, b"{}")
    ],
    ("GET", "https://d1.example/image/x.jpg"): [
        Answer(200, {"strict-transport-security": "max-age=31536000; includeSubDomains"}, b"")
    ],
}


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("plain_http", [becomes(301, 200), becomes(403, 200), says("location", f"{PLAIN}/x"), broken]),
        (
            "strict_transport",
            [without("strict-transport-security"), says("strict-transport-security", "max-age=60"), broken],
        ),
    ],
)
def test_the_lines_about_tls(name: str, faults: Sequence[Change]) -> None:
    (each,) = [each for each in CHECKS if each.name == name]

    def line(change: Change) -> str:
        run = Run(Replay(dict(TLS), change), "https://d1.example", known={"an image": "x"})
        said: list[str] = []
        assert each.applies(run)
        attempt(run, each.text, each.function, said.append)
        return said[0]

    assert line(as_it_is).startswith("ok ")
    for fault in faults:
        assert line(fault).startswith("FAIL")


def test_what_cannot_be_deleted_is_named() -> None:
    base = "http://d1.example"
    run = Run(Replay({}, as_it_is), base, known={"the token of the owner": "t"})
    history = {"data": [{"id": "x", "attributes": {"description": run.mark}}], "meta": {"nextCursor": None}}
    found: Mapping[str, Any] = {
        "GET /api/images/history/1?limit=100": history,
        "GET /api/user/api-keys": {"data": []},
        f"GET /image?label={run.mark}": [],
        "GET /constellations": [],
        "DELETE /api/image/x": {},
    }
    answers = {(*asked.split(" "),): [Answer(200, {}, json.dumps(said).encode())] for asked, said in found.items()}
    run.web = Replay({(method, base + path): said for (method, path), said in answers.items()}, as_it_is)
    said: list[str] = []
    assert not attempt(run, "clean", clean_up, said.append)
    assert "left: /api/image/x" in said[0]


def test_where_nothing_answers_every_check_fails_and_no_account_is_said_to_stay() -> None:
    run, said = Run(Replay({}, as_it_is), "https://d1.example", waits_for_views=True), list[str]()
    assert smoke(run, said.append) == 1
    assert [line[:5] for line in said[: len(CHECKS)]] == ["FAIL "] * len(CHECKS)
    assert said[-1].startswith(f"1 of {len(CHECKS) + 1} hold")
    assert not any("stay" in line for line in said)


def test_ctrl_c_in_the_middle_cleans_up_too(product: Product) -> None:
    if not product.running():
        product.start()
    environment = {**os.environ, **ACCOUNT, "BASE": f"{product.url}/", "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.smoke"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        assert line.startswith(("ok ", "FAIL")), line
        if "a constellation with folders" in line:
            process.send_signal(signal.SIGINT)
            break
    rest = process.communicate(timeout=60)[0]
    assert process.returncode == INTERRUPTED, rest
    assert any(line.startswith("ok ") and "is deleted" in line for line in rest.splitlines()), rest
    assert ACCOUNT["SMOKE_USER"] in rest.splitlines()[-2]
    assert ACCOUNT["SMOKE_PASSWORD"] not in rest
    _assert_empty(product.url, ACCOUNT["SMOKE_USER"], ACCOUNT["SMOKE_PASSWORD"])


def _assert_empty(base: str, name: str, password: str) -> None:
    """The account has nothing."""
    with httpx.Client(base_url=base, timeout=30) as client:
        tokens = client.post("/api/auth/login", json={"username": name, "password": password}).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        listed = [
            client.get(path).raise_for_status().json() for path in ("/api/images/history/1", "/api/user/api-keys")
        ]
        assert [page["data"] for page in listed] == [[], []]
        assert client.get("/constellations").json() == []
        assert client.get("/image").json() == []
        assert client.get("/images").json() == {"images": []}


@pytest.mark.parametrize(
    "environment", [{}, {"BASE": "d1.example"}, {"BASE": "https://d1.example", "SMOKE_USER": MARK}]
)
def test_without_an_address_or_half_an_account_it_says_so(
    environment: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(environment) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
