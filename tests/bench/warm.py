"""Warm latency through the edge, and memory: the whole product on this machine, as ``make run`` serves it."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from tests.photographs import photograph
from tests.product import running_product

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 200
FRESH = 30


def measure() -> list[tuple[str, str, str]]:
    """Rows of the report: what, figure, goal."""
    with tempfile.TemporaryDirectory() as data, running_product(Path(data)) as product:
        idle = resident_megabytes(product.pid)
        with httpx.Client(base_url=product.url, timeout=60) as client:
            return [
                ("memory idle after the ready line, engine and edge", f"{idle:.0f} MB", "≤ 300 MB"),
                *_latencies(client),
            ]
