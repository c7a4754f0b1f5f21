"""The addresses of pictures, and the texts that embed them."""

import html
from urllib.parse import urlencode

LONGEST_SIDE = 4096
"""The largest width or height, in pixels, that a link can ask for."""


def link(
    url: str, image: str, extension: str, width: int | None = None, height: int | None = None, crop: bool = False
) -> str:
    """Return the public link of an image, in a size and a format."""
    query = {"w": width, "h": height, "crop": "true" if crop else None}
    given = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{url}/image/{image}.{extension}" + (f"?{given}" if given else "")


def embedded(address: str, name: str, form: str) -> str:
    """Return a link as it is, in Markdown (``md``) or in HTML (``html``). ``name`` is the picture's description."""
    if form == "md":
        escaped = "".join(f"\\{each}" if each in "\\[]`*_<>&" else each for each in name)
        return f"![{escaped}]({address})"
    if form == "html":
        return f'<img src="{html.escape(address)}" alt="{html.escape(name)}">'
    return address
