"""What the CDN answers by itself: preflights of browsers, and the way from ``/`` to the console.

Both are the same for everybody. The edge functions run before each request anyway, so an answer of theirs adds no
request to the gateway and starts no function. They get these answers as constants, and the edge of one machine gives
them, too. Response headers policies are not relied on here: they are for what comes from an origin or the cache.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from constellation.runtime import cors
from constellation.runtime.endpoint import NO_STORE
from infra.console_files import BARE, BASE


@dataclass(frozen=True)
class EdgeAnswer:
    """An answer without a body."""

    status: HTTPStatus
    headers: Mapping[str, str]


PREFLIGHT = EdgeAnswer(HTTPStatus.NO_CONTENT, cors.PREFLIGHT)
"""The answer to OPTIONS on any path."""

HOME = EdgeAnswer(HTTPStatus.FOUND, {**cors.ANSWER, "Location": BASE, "Cache-Control": NO_STORE})
"""The answer to GET and HEAD of ``/``, and of the console's path without its slash."""


def answer_to(method: str, path: str) -> EdgeAnswer | None:
    """Return the CDN's own answer to a request, or None if the origin answers. The functions decide as this does."""
    if method == "OPTIONS":
        return PREFLIGHT
    return HOME if path in ("/", BARE) and method in ("GET", "HEAD") else None
