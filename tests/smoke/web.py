"""How the smoke test reaches a deployment: HTTP, and a clock."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import httpx

TIMEOUT = 40
"""Seconds that an answer may take: longer than a function may."""


@dataclass(frozen=True)
class Answer:
    """An answer; the names of its headers are in small letters, and its content is decoded."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The content as JSON. ValueError where it is none."""
        return json.loads(self.content)

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON."""
        return self.headers.get("content-type", "").partition(";")[0].strip() == "application/json"


class Web(Protocol):
    """What the checks need of the world."""

    def ask(self, request: httpx.Request) -> Answer:
        """The answer to a request; redirects are not followed. ``httpx.HTTPError`` where none comes."""
        ...

    def open(self, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer that Python's urllib comes to, which follows redirects and keeps its headers on the way."""
        ...

    def now(self) -> float:
        """Seconds on a clock that is never set."""
        ...

    def pause(self, seconds: float) -> None:
        """Wait."""
        ...


class RealWeb:
    """The real thing, for several threads at once."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=TIMEOUT, headers={"User-Agent": "constellation-smoke"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, request: httpx.Request) -> Answer:
        """One request, and all of its answer."""
        response = self._client.send(request)
        return Answer(response.status_code, dict(response.headers), response.content)

    def open(self, url: str, headers: Mapping[str, str]) -> Answer:
        """What ``urllib.request.urlopen`` brings."""
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=TIMEOUT) as found:
                return Answer(
                    found.status, {name.lower(): value for name, value in found.headers.items()}, found.read()
                )
        except urllib.error.HTTPError as fault:
            with fault:
                names = {name.lower(): value for name, value in fault.headers.items()}
                return Answer(fault.code, names, fault.read())

    def now(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)
