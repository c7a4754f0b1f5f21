"""The way of an invalidation from the engine's list to the edge's cache."""

import asyncio
import json
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from infra.local import invalidations
from infra.local.front import INVALIDATIONS_PATH, Front
from infra.local.keeper import Keeper
from infra.local.ministack_internals import app, cloudfront, key_value_stores

STORE = "arn:aws:cloudfront::000000000000:key-value-store/hidden"


@pytest.fixture
def engine() -> Generator[list[dict[str, Any]]]:
    """The engine's list of one distribution's invalidations."""
    cloudfront.invalidations["E1"] = batches = list[dict[str, Any]]()
    yield batches
    del cloudfront.invalidations["E1"]


def batch(name: str, *paths: str) -> dict[str, Any]:
    """An invalidation as the engine keeps it."""
    return {"Id": name, "InvalidationBatch": {"Paths": {"Quantity": len(paths), "Items": list(paths)}}}


def ask(after: str, hidden: str = "") -> Any:
    """What the engine answers to the edge."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": INVALIDATIONS_PATH}
    scope["headers"] = [(b"host", b"127.0.0.1:4566")]
    front = Front(app, Keeper(app), 4566)
    asyncio.run(front({**scope, "query_string": f"after={after}&hidden={hidden}".encode()}, receive, send))
    return json.loads(b"".join(message.get("body", b"") for message in sent))


def test_the_engine_tells_what_came_after(engine: list[dict[str, Any]]) -> None:
    assert ask("")["paths"] == []
    engine += [batch("I1", "/1/*"), batch("I2", "/2/*", "/image/2*")]
    assert told("") == ("I2", ["/1/*", "/2/*", "/image/2*"])
    assert told("I1") == ("I2", ["/2/*", "/image/2*"])
    assert told("I2") == ("I2", [])
    assert told("forgotten")[1] == ["/1/*", "/2/*", "/image/2*"]


def told(after: str) -> tuple[str, list[str]]:
    answer = ask(after)
    return answer["last"], answer["paths"]


def test_the_engine_tells_what_is_hidden_when_that_has_changed() -> None:
    nothing = ask("")
    assert nothing["keys"] == []
    assert "keys" not in ask("", nothing["hidden"])
    key_value_stores.stores[STORE] = {"etag": "1", "items": {"b": "1", "a": "1"}}
    try:
        assert ask("", nothing["hidden"])["keys"] == ["a 1", "b 1"]
    finally:
        del key_value_stores.stores[STORE]


def test_the_edge_follows_and_no_fault_ends_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invalidations, "POLL_SECONDS", 0)
    answers = [
        b'{"last": "I1", "paths": ["/1/*"], "hidden": "h1", "keys": []}',
        b"no JSON",
        b"",
        b"{}",
        b'{"last": "I1", "paths": [], "hidden": "h1"}',
        b'{"last": "I3", "paths": ["/2/*", "/3/*"], "hidden": "h2", "keys": ["b", "a"]}',
        b'{"last": "I3", "paths": [], "hidden": "h3", "keys": ["c", "b"]}',
    ]
    asked: list[str] = []
    purged: list[list[str]] = []

    async def run() -> None:
        done = asyncio.Event()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append((await reader.readuntil(b"\r\n\r\n")).decode().split()[1])
            body = answers[min(len(asked), len(answers)) - 1]
            status = b"500 Internal Server Error" if body == b"" else b"200 OK"
            writer.write(
                b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)
            )
            await writer.drain()
            writer.close()

        def purge(paths: Sequence[str]) -> None:
            purged.append(list(paths))
            if len(purged) == 3:
                done.set()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            following = asyncio.create_task(invalidations.follow(server.sockets[0].getsockname()[1], purge))
            await asyncio.wait_for(done.wait(), 10)
            following.cancel()
            await asyncio.wait([following])

    asyncio.run(run())
    assert purged == [["/1/*"], ["/2/*", "/3/*", "/a", "/b"], ["/c"]]
    states = [("", ""), *[("I1", "h1")] * 5, ("I3", "h2")]
    assert asked[:7] == [f"{INVALIDATIONS_PATH}?after={last}&hidden={version}" for last, version in states]
