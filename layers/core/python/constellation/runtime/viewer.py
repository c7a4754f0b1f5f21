"""The address of the viewer, in front of the CDN."""

from constellation.runtime import origin
from constellation.runtime.networks import network
from constellation.runtime.request import Request

_HEADER = origin.HEADER.lower()


def viewer_network(request: Request) -> str:
    """Return the network that a request comes from, as limits count it (``runtime.networks``)."""
    return network(viewer_address(request))


def viewer_address(request: Request) -> str:
    """Return the address of the viewer. If the CDN sent the request, it precedes the CDN's own in X-Forwarded-For.

    A caller of the gateway itself can write anything into that header, but does not know the secret of the CDN.
    """
    if origin.is_from_cdn(request.headers.get(_HEADER, "")):
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if len(hops) > 1:
            return hops[-2]
    return request.peer
