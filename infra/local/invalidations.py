"""Purge the edge's cache of what the CDN has invalidated and of what its edge function refuses.

The edge answers from its cache before it asks the engine, so the engine's edge function alone could not refuse it.
"""

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
    """Call ``purge`` with the paths of new invalidations and with newly hidden keys, until cancelled.

    If the engine does not answer, it is asked again.
    """
    address = f"http://{LOOPBACK}:{engine_port}{INVALIDATIONS_PATH}"
    last, version, hidden = "", "", frozenset[str]()
    async with httpcore.AsyncConnectionPool(max_connections=1) as engine:
        while True:
            try:
                response = await engine.request(
                    "GET",
                    f"{address}?after={last}&hidden={version}",
                    extensions={"timeout": {"connect": 5, "pool": 5, "read": 30}},
                )
                answer = json.loads(response.content)
                held = frozenset(answer.get("keys", hidden))
                gone = [*answer["paths"], *(f"/{key}" for key in sorted(held - hidden))]
                if gone:
                    purge(gone)
                last, version, hidden = answer["last"], answer["hidden"], held
            except Exception:
                logger.exception("what was invalidated could not be found out")
            await asyncio.sleep(POLL_SECONDS)
