"""One run of the smoke test: who asks, what is known so far, a line for each check, and cleaning up."""

import functools
import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from tests.smoke.web import Answer, Web

T = TypeVar("T")
S = TypeVar("S")

MARK = "constellation-smoke"
"""What everything that a run makes has in its name, its label or its description, before the run's own letters."""

AT_ONCE = 4
"""Requests at the same time: a new account's functions have ten executions in all."""

_TRIES = 5
_LONGEST_RETRY = 5
"""Seconds of a Retry-After that are waited for."""

_BETWEEN = 0.3
"""Seconds between two looks at what is waited for."""


class Failed(Exception):
    """A check has found something else than it should."""


@dataclass(frozen=True)
class Account:
    """With what somebody logs in."""

    name: str
    password: str


@dataclass
class Run:
    """A run against ``base``. The ``known`` things are what earlier checks have found: ids, tokens."""

    web: Web
    base: str
    account: Account | None = None
    """An account to use, or to make if there is none of that name; else one is made up."""
    waits_for_views: bool = False
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    password: str = field(default_factory=secrets.token_urlsafe)
    """Of the accounts that are made up; nobody is told."""
    known: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def is_https(self) -> bool:
        """Whether the base is reached with TLS."""
        return urlsplit(self.base).scheme == "https"

    @property
    def mark(self) -> str:
        """What everything of this run is marked with: one word to the search."""
        return f"{MARK}-{self.token}"

    def __getitem__(self, name: str) -> Any:
        if name not in self.known:
            raise Failed(f"not tried, as {name} is not known: see the lines before")
        return self.known[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.known[name] = value

    def ask(self, method: str, path: str, who: str | None = None, **parts: Any) -> Answer:
        """The answer to a request: of ``who`` (``owner``, ``reader``), of nobody; ``parts`` are httpx's.

        A header without a value is not sent. Who is told to come back in some seconds, does.
        """
        headers = {"Accept": "*/*", **parts.pop("headers", {})}
        if who:
            headers["Authorization"] = f"Bearer {self[f'the token of the {who}']}"
        url = path if "://" in path else self.base + path
        sent = {name: value for name, value in headers.items() if value}
        for tries in itertools.count(1):
            answer = self.web.ask(httpx.Request(method, url, headers=sent, **parts))
            wait = answer.headers.get("retry-after", "")
            is_busy = answer.status in (429, 503) and wait.isdecimal() and int(wait) <= _LONGEST_RETRY
            if not is_busy or tries == _TRIES:
                return answer
            self.web.pause(max(int(wait), _BETWEEN))
        raise AssertionError("the last try has returned")

    def get(self, path: str, who: str | None = None, **parts: Any) -> Answer:
        """The answer to a GET, whose status is 200."""
        return expect(self.ask("GET", path, who, **parts), 200, f"GET {path}")

    def until(self, seconds: float, what: str, look: Callable[[], T | None]) -> T:
        """What ``look`` finds, once it finds something within so many seconds."""
        end = self.web.now() + seconds
        while True:
            found = look()
            if found is not None:
                return found
            if self.web.now() >= end:
                raise Failed(f"{what}: not within {seconds:.0f} s")
            self.web.pause(_BETWEEN)

    def is_gone(self, link: str) -> Answer | None:
        """The 404 of a link, None while there is still something."""
        answer = self.ask("GET", link)
        return answer if answer.status == 404 else None


@dataclass(frozen=True)
class Check:
    """One line: what holds, how that is found out, and when it can be."""

    text: str
    function: Callable[[Run], str | None]
    applies: Callable[[Run], bool]

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.function.__name__


CHECKS: list[Check] = []
"""All checks, in the order in which they are tried: later ones use what earlier ones have made."""

Say = Callable[[str], None]


def check(
    text: str, applies: Callable[[Run], bool] = lambda run: True
) -> Callable[[Callable[[Run], str | None]], Callable[[Run], str | None]]:
    """Add a function to the checks; it raises Failed, and may return a note for its line."""

    def added(function: Callable[[Run], str | None]) -> Callable[[Run], str | None]:
        CHECKS.append(Check(text, function, applies))
        return function

    return added


def expect(answer: Answer, status: int | Iterable[int], what: str) -> Answer:
    """``answer``, whose status is the one that is expected, or one of those."""
    expected = (status,) if isinstance(status, int) else tuple(status)
    if answer.status not in expected:
        said = answer.content[:200].decode(errors="replace")
        raise Failed(f"{what}: {answer.status} instead of {' or '.join(map(str, expected))}: {said}")
    return answer


def equal(found: object, expected: object, what: str) -> None:
    """Raise Failed where the two differ."""
    if found != expected:
        raise Failed(f"{what}: {_short(found)} instead of {_short(expected)}")


def refused(answer: Answer, status: int, message: str, what: str) -> None:
    """Raise Failed where this is not the gateway's refusal in the product's words, as JSON."""
    expect(answer, status, what)
    if not answer.is_json:
        raise Failed(f"{what}: the content type is {answer.headers.get('content-type')}")
    equal(answer.json, {"message": message, "status": status}, what)


def in_parallel(function: Callable[[S], T], items: Iterable[S]) -> list[T]:
    """What ``function`` returns for each item, some at a time. One fault, or Ctrl-C, ends it."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(pool.map(function, items))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def perform(run: Run, checks: Iterable[Check], say: Say) -> tuple[int, int]:
    """Try the checks, a line each: how many held, and how many did not."""
    counts = {True: 0, False: 0}
    for each in checks:
        if each.applies(run):
            counts[attempt(run, each.text, each.function, say)] += 1
    return counts[True], counts[False]


def attempt(run: Run, text: str, function: Callable[[Run], str | None], say: Say) -> bool:
    """Whether ``function`` holds; the line says it."""
    started = run.web.now()
    try:
        note, problem = function(run), None
    except Failed as fault:
        note, problem = None, str(fault)
    except Exception as fault:  # an answer of another shape than any that was thought of fails the line, and only it
        note, problem = None, f"{type(fault).__name__}: {fault}"
    took = f"{(run.web.now() - started) * 1000:7.0f} ms"
    if problem is None:
        say(f"ok   {took}  {text}{f' ({note})' if note else ''}")
    else:
        say(f"FAIL {took}  {text}: {problem}")
    return problem is None


def clean_up(run: Run) -> str:
    """Delete what this run has made, found by its mark; what is left is Failed.

    It asks the product and not the run, which a Ctrl-C can have ended between a request and its answer.
    """
    for upload in run.known.get("the uploads", ()):
        _settled(run, upload)
    deleted = 0
    for _ in range(2):
        found = list(_left(run))
        if not found:
            break
        deleted += len(found)
        in_parallel(functools.partial(_delete, run), found)
    left = list(_left(run))
    if left:
        raise Failed(f"left: {', '.join(left)}")
    for who in ("owner", "reader"):
        session = run.known.get(f"the session of the {who}")
        if session:
            expect(run.ask("POST", "/api/auth/logout", json={"refresh_token": session}), 204, "logging out")
    return f"{deleted} things"


def _settled(run: Run, upload: str) -> None:
    """Wait until a file that was posted has become what it becomes; one that never was posted stays as it is."""
    path = f"/api/uploads/{upload}"
    end = run.web.now() + 5
    while run.web.now() < end and run.ask("GET", path, "owner").json.get("status") == "pending":
        run.web.pause(_BETWEEN)


def _left(run: Run) -> Iterable[str]:
    """The paths of what this run has made and not deleted: constellations last, as they take their images along."""
    if "the token of the owner" not in run.known:
        return
    cursor: Mapping[str, str] = {}
    while True:
        page = run.get("/api/images/history/1", "owner", params={"limit": "100", **cursor}).json
        yield from (
            f"/api/image/{image['id']}" for image in page["data"] if run.mark in image["attributes"]["description"]
        )
        if not page["meta"]["nextCursor"] or not any(run.mark in str(image) for image in page["data"]):
            break
        cursor = {"cursor": page["meta"]["nextCursor"]}
    keys = run.get("/api/user/api-keys", "owner").json["data"]
    yield from (f"/api/user/api-keys/{key['id']}" for key in keys if key["name"] == run.mark)
    firmware = run.get("/image", "owner", params={"label": run.mark}).json
    yield from (f"/image/{image['id']}" for image in firmware)
    for constellation in run.get("/constellations", "owner").json:
        if constellation["name"].startswith(run.mark):
            yield f"/constellations/{constellation['constellation_uuid']}"


def _delete(run: Run, path: str) -> None:
    expect(run.ask("DELETE", path, "owner"), (200, 204, 404), f"DELETE {path}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:150]}… ({len(text)} characters)"
