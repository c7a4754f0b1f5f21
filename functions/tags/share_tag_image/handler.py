"""Replace the tags of an image (second contract, 5)."""

from constellation.images.inputs import Tags
from constellation.images.params import TaggableImage
from constellation.images.tag import tag
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.tags.model import distinct


@endpoint("PUT /api/image/{image_id}/tags", dialect=sharing, scope="images:write", uses=[tag], status=204)
def handler(image: TaggableImage, body: Body[Tags], now: Now) -> None:
    """PUT /api/image/{image_id}/tags: replace the tags of an image.

    A tag has up to five levels with `/` between them, such as `trips/2025`, of up to 64 characters each. Tags are shown
    as they were written, and compared without regard to case or to ways of writing the same character (NFKC).

    Tags belong to the owner of the image, who can change them with any right to it. They are public if the image is.
    """
    tag(image, distinct(body.tags), now)
