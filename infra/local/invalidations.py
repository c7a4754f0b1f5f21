"""What the CDN was told to forget, and what its edge function refuses, for the edge's cache.

The edge answers from its cache before it asks the engine, whose edge function would refuse what is hidden.
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
    """Call ``purge`` with the paths of new invalidations, and with the keys that are newly hidden, until cancelled.

    An engine that is busy is asked again.
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
