"""The engine's server ends as it is told to, and hides no fault of who tells it."""

import asyncio
from typing import Any

import pytest

from infra.local.checks import reserve
from infra.local.serving import serve_fast
from tests.support.product import free_port


async def _application(_scope: Any, receive: Any, send: Any) -> None:
    while (event := (await receive())["type"]) != "lifespan.shutdown":
        await send({"type": f"{event}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def _fail() -> None:
    raise RuntimeError("The last state cannot be saved.")


async def _stop() -> None:
    await asyncio.sleep(0)


async def _never() -> None:
    await asyncio.Event().wait()


async def _unready(_scope: Any, receive: Any, _send: Any) -> None:
    await receive()
    raise ValueError("The saved state cannot be read.")


async def _forgetful(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    raise ValueError("The last state cannot be saved.")


def test_it_ends_when_it_is_told_to() -> None:
    asyncio.run(serve_fast(_application, reserve(free_port()), _stop))


def test_a_fault_while_it_is_stopped_is_raised() -> None:
    with pytest.raises(RuntimeError, match="cannot be saved"):
        asyncio.run(serve_fast(_application, reserve(free_port()), _fail))


def test_an_application_that_cannot_start_is_not_served(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SystemExit):
        asyncio.run(serve_fast(_unready, reserve(free_port()), _never))
    assert "The saved state cannot be read." in caplog.text


def test_a_fault_of_an_application_that_ends_is_raised(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RuntimeError, match="has failed at its end"):
        asyncio.run(serve_fast(_forgetful, reserve(free_port()), _stop))
    assert "The last state cannot be saved." in caplog.text
