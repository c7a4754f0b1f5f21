"""Add an image to a collection (second contract, 5)."""

from typing import Annotated

from constellation.collections.items import put
from constellation.collections.params import OwnCollection
from constellation.images.model import Image
from constellation.images.params import shared_image_for
from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint(
    "PUT /api/collections/{collection_id}/items/{image_id}",
    dialect=sharing,
    scope="images:write",
    uses=[put],
    status=204,
)
def handler(
    collection: OwnCollection, image: Annotated[Image, shared_image_for(Operation.SEE_IMAGE)], now: Now
) -> None:
    """PUT /api/collections/{collection_id}/items/{image_id}: add an image at the end of a collection.

    An image that is in the collection already stays where it is.
    """
    put(collection, image, now)
