"""What the CDN's edge function of links reads from its key-value store, by keys.

<id of an image>   DELETED, or SIGNED and a time: which of the image's links it refuses (``cleanup.hidden_store``)
<share>.<version>  ENDED: signed links that name it are refused (``shares.model``)
KEYS               the keys that signed links are verified with, separated by commas (``links.edge_store``)
"""

from constellation.images.model import Image

DELETED = "1"
"""All links of the image are refused."""

SIGNED = "signed"
"""The links of the image that are not signed are refused. The value begins with it."""

ENDED = "ended"

KEYS = "keys"

HEADER = "X-Image-Mark"
"""The header by which the edge tells its cache of the mark of an image, so that copies without it are not found."""


def mark_of(image: Image) -> str:
    """Return the mark of an image whose links must be signed. It tells one time that they became so from another."""
    return f"{SIGNED} {image.signed_at}"
