"""Say that the deployment answers."""

from typing import TypedDict

from constellation import VERSION
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint


class Health(TypedDict):
    """The status and the version of the deployment."""

    status: str
    version: str


@endpoint("GET /health", dialect=constellations, security="public")
def handler() -> Health:
    """GET /health: return the status and the version of the deployment.

    The response comes through the CDN, the API and a function, which calls no other service.
    """
    return {"status": "ok", "version": VERSION}
