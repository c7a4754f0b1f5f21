"""The scheme and the host that a viewer asked, for answers with absolute addresses."""

import re

from constellation.common.errors import BadRequest
from constellation.runtime import origin
from constellation.runtime.request import Request

HEADER = "X-Base-Url"
"""The header in which the CDN passes them on, such as ``https://pictures.example``."""

_SECRET = origin.HEADER.lower()

_BASE = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
_LONGEST = 300


def base_url(request: Request) -> str:
    """Return the scheme and the host that the viewer asked. Raises BadRequest for no host.

    The header counts only where the CDN sent the request: a caller of the gateway can write anything into it, but does
    not know the secret of the CDN.
    """
    is_from_cdn = request.from_cdn or origin.is_from_cdn(request.headers.get(_SECRET, ""))
    said = request.headers.get(HEADER.lower()) if is_from_cdn else None
    base = said or f"https://{request.headers.get('host', '')}"
    if len(base) > _LONGEST or not _BASE.fullmatch(base):
        raise BadRequest("The request names no host")
    return base
