"""What the viewer in front of the CDN is, and by which address it calls."""

import re

from constellation.common.errors import BadRequest
from constellation.runtime import origin
from constellation.runtime.networks import network
from constellation.runtime.request import Request

BASE_HEADER = "X-Base-Url"
"""The header in which the CDN says by which scheme and host it was asked, such as ``https://pictures.example``."""

_HEADER = origin.HEADER.lower()

_BASE = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


def is_from_cdn(request: Request) -> bool:
    """Tell whether the CDN sent a request, to a function's URL or to the gateway.

    A caller of the gateway itself can write anything into any header, but does not know the secret of the CDN.
    """
    return request.from_cdn or origin.is_from_cdn(request.headers.get(_HEADER, ""))


def base_url(request: Request) -> str:
    """Return the scheme and the host that the viewer asked, for absolute addresses. Raises BadRequest for no host."""
    said = request.headers.get(BASE_HEADER.lower(), "") if is_from_cdn(request) else ""
    base = said or f"https://{request.headers.get('host', '')}"
    if not _BASE.fullmatch(base):
        raise BadRequest("The request names no host")
    return base


def viewer_network(request: Request) -> str:
    """Return the network that a request comes from, as limits count it (``runtime.networks``)."""
    return network(viewer_address(request))


def viewer_address(request: Request) -> str:
    """Return the address of the viewer. If the CDN sent the request, it precedes the CDN's own in X-Forwarded-For."""
    if is_from_cdn(request):
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if len(hops) > 1:
            return hops[-2]
    return request.peer
