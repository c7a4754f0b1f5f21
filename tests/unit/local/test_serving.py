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


def test_it_ends_when_it_is_told_to() -> None:
    asyncio.run(serve_fast(_application, reserve(free_port()), _stop))


def test_a_fault_while_it_is_stopped_is_raised() -> None:
    with pytest.raises(RuntimeError, match="cannot be saved"):
        asyncio.run(serve_fast(_application, reserve(free_port()), _fail))
