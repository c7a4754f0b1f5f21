"""Fetch files from the addresses that users gave."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import SOURCES
from constellation.runtime.consumer import consumer
from constellation.uploads.fetch import fetch


@consumer(SOURCES, uses=[fetch], batch=1)
def handler(message: Any, _now: datetime) -> None:
    """Queue sources: fetch a file from a URL, and process it like a posted file."""
    fetch(message["upload"])
