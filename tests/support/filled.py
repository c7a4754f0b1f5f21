"""Collections of any size in tests, put into the table directly."""

from collections.abc import Sequence

from constellation.aws.resources import IMAGES
from constellation.aws.table import Table
from constellation.collections import parts, store
from constellation.collections.model import Collection
from constellation.images.store import record_key


def fill(collection: Collection, images: Sequence[str]) -> None:
    """Create a collection of these images, whether they exist or not."""
    store.create(collection)
    table, pk = Table(IMAGES), f"COLLECTION#{collection.id}"
    table.update(
        {"pk": pk, "sk": "COLLECTION"},
        "SET #count = :count, #first = :first",
        values={"count": len(images), "first": images[0]},
        names={"count": "count", "first": "first"},
    )
    table.put_many(
        {"pk": pk, "sk": f"PART#{start // parts.MOST:08}", "ids": parts.to_bytes(images[start : start + parts.MOST])}
        for start in range(0, len(images), parts.MOST)
    )
    table.put_many({"pk": record_key(image)["pk"], "sk": pk} for image in images)
