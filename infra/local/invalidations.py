"""What the CDN was told to forget, for the edge's cache."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence

import httpcore

from infra.local.front import INVALIDATIONS_PATH
from infra.local.places import LOOPBACK

POLL_SECONDS = 0.5

logger = logging.getLogger("invalidations")


async def follow(engine_port: int, purge: Callable[[Sequence[str]], None]) -> None:
    """Call ``purge`` with the paths of new invalidations, until cancelled. An engine that is busy is asked again."""
    address = f"http://{LOOPBACK}:{engine_port}{INVALIDATIONS_PATH}"
    last = ""
    async with httpcore.AsyncConnectionPool(max_connections=1) as engine:
        while True:
            try:
                response = await engine.request(
                    "GET", f"{address}?after={last}", extensions={"timeout": {"connect": 5, "pool": 5, "read": 30}}
                )
                answer = json.loads(response.content)
                if answer["paths"]:
                    purge(answer["paths"])
                last = answer["last"]
            except Exception:
                logger.exception("what was invalidated could not be found out")
            await asyncio.sleep(POLL_SECONDS)
