"""Which images were made of a file, in the table ``images``, for each user by itself.

    pk FILES#<owner>   sk <SHA-256 of the file, as it was uploaded>   images: the set of their ids

The item is a hint: the images' records decide. No transaction writes it, because transactions at one item wait for
each other, and a user can upload one file many times at once.
"""

from collections.abc import Collection

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import Table

READ = Grant(IMAGES, ("dynamodb:BatchGetItem",))
ADD = Grant(IMAGES, ("dynamodb:UpdateItem",))
REMOVE = Grant(IMAGES, ("dynamodb:DeleteItem", "dynamodb:UpdateItem"))

MOST_KNOWN = 10
"""Images of one file and user. Their ids fit into one write unit."""

_TABLE = Table(IMAGES)


def find(owner: str, digests: Collection[str]) -> dict[str, set[str]]:
    """Return the ids of images by the digests of the files that they were made of, as of now."""
    items = _TABLE.get_many((_key(owner, digest) for digest in digests), consistent=True)
    return {item["sk"]: item.get("images", set[str]()) for item in items}


def add(owner: str, digest: str, image_id: str) -> set[str]:
    """Add an image to those of a file. Where MOST_KNOWN others are known, return them and add nothing."""
    values = {"image": {image_id}, "id": image_id, "most": MOST_KNOWN}
    has_room = "attribute_not_exists(images) OR size(images) < :most OR contains(images, :id)"
    try:
        _TABLE.update(_key(owner, digest), "ADD images :image", has_room, values)
    except ConditionFailed as refused:
        return refused.item["images"] if refused.item else set()
    return set()


def remove(owner: str, digest: str, image_ids: Collection[str]) -> None:
    """Remove images from those of a file. Safe to repeat."""
    key = _key(owner, digest)
    left = _TABLE.update(key, "DELETE images :images", values={"images": set(image_ids)}, returns="ALL_NEW")
    if "images" in left:
        return
    try:
        _TABLE.delete(key, "attribute_not_exists(images)")
    except ConditionFailed:
        return


def _key(owner: str, digest: str) -> dict[str, str]:
    return {"pk": f"FILES#{owner}", "sk": digest}
