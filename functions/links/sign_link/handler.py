"""Sign a link to an image (second contract, 3)."""

from typing import Annotated

from constellation.images.access import ImageAccess
from constellation.images.params import shared_image_access_for
from constellation.links.inputs import LinkToSign
from constellation.links.outputs import SignedLinkEntry, signed_link
from constellation.links.sign import sign
from constellation.runtime.binding import Now, OptionalBody
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("POST /api/image/{image_id}/sign", dialect=sharing, scope="images:read", uses=[sign])
def handler(
    access: Annotated[ImageAccess, shared_image_access_for(Operation.SEE_IMAGE)],
    body: OptionalBody[LinkToSign],
    now: Now,
) -> SignedLinkEntry:
    """POST /api/image/{image_id}/sign: sign a link to an image, which is valid until it expires.

    An image whose access is `signed` is returned to such links only. The link is relative.
    """
    return signed_link(sign(access, body.asked(), body.expiresIn, now))
