"""Who is behind the CDN."""

from constellation.runtime import origin
from constellation.runtime.networks import network
from constellation.runtime.request import Request

_HEADER = origin.HEADER.lower()


def viewer_network(request: Request) -> str:
    """The network that a request comes from, as limits count it (``domain.networks``)."""
    return network(viewer_address(request))


def viewer_address(request: Request) -> str:
    """The viewer's address. Behind the CDN it stands just before the CDN's own in X-Forwarded-For.

    Whoever calls the gateway directly can write into that header what it likes, but cannot show the CDN's secret.
    """
    if origin.is_from_cdn(request.headers.get(_HEADER, "")):
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if len(hops) > 1:
            return hops[-2]
    return request.peer
