"""Remove an image from a collection (second contract, 5)."""

from constellation.collections.items import take_out
from constellation.collections.params import OwnCollection
from constellation.images.params import ImageId
from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


@endpoint(
    "DELETE /api/collections/{collection_id}/items/{image_id}",
    dialect=sharing,
    scope="images:write",
    uses=[take_out],
    status=204,
)
def handler(collection: OwnCollection, image_id: ImageId, now: Now) -> None:
    """DELETE /api/collections/{collection_id}/items/{image_id}: remove an image from a collection.

    The image itself stays.
    """
    take_out(collection, image_id, now)
