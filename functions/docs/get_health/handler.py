"""Say that the deployment answers."""

from typing import TypedDict

from constellation import VERSION
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint


class Health(TypedDict):
    """That the deployment answers, and which version it is."""

    status: str
    version: str


@endpoint("GET /health", dialect=constellations, security="public")
def handler() -> Health:
    """GET /health: say that the deployment answers, and in which version.

    The answer comes through the CDN, the API and a function, and asks no other service.
    """
    return {"status": "ok", "version": VERSION}
