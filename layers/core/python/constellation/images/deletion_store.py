"""What deletions of images leave in the table ``images`` until it is cleaned up (``images.store`` writes it)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from constellation.aws.resources import IMAGES, PUBLIC_UPDATED, Grant
from constellation.aws.table import EXISTS, Table
from constellation.common.times import to_wire
from constellation.images.model import Image
from constellation.images.store import CLEAN_UPS, clean_up_key, clean_up_time, to_image

READ_MANY = Grant(IMAGES, ("dynamodb:BatchGetItem",))
END_CLEAN_UP = Grant(IMAGES, ("dynamodb:DeleteItem",))
RESUME_CLEAN_UPS = (
    Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}"),
    Grant(IMAGES, ("dynamodb:UpdateItem",)),
)

_TABLE = Table(IMAGES)


@dataclass(frozen=True)
class Tombstone:
    """What is left of a deleted image. ``keeps_bytes`` says whether its original is to stay."""

    image: Image
    keeps_bytes: bool


def tombstone(image_id: str) -> Tombstone | None:
    """Return the tombstone of an image, or None where it was not deleted."""
    item = _TABLE.get(_tombstone_key(image_id))
    return Tombstone(to_image(item), item["keepsBytes"]) if item else None


def kept_among(image_ids: Collection[str]) -> set[str]:
    """Return the images that are deleted, but whose bytes are to stay, as of now."""
    items = _TABLE.get_many(map(_tombstone_key, dict.fromkeys(image_ids)), consistent=True)
    return {item["id"] for item in items if item["keepsBytes"]}


def deleted_among(image_ids: Collection[str]) -> set[str]:
    """Return the images that are deleted, as of now."""
    items = _TABLE.get_many(map(_tombstone_key, dict.fromkeys(image_ids)), consistent=True, attributes=["id"])
    return {item["id"] for item in items}


def end_clean_up(image_id: str) -> None:
    """Note that the clean-up after an image is done."""
    _TABLE.delete(clean_up_key(image_id))


def unfinished_clean_ups(before: datetime, most: int) -> list[str]:
    """Return the ids of ``most`` images whose clean-up was last asked for ``before`` and is not over, oldest first."""
    values = {"list": CLEAN_UPS, "before": to_wire(before)}
    items = _TABLE.query("publicList = :list AND updated < :before", values, index=PUBLIC_UPDATED, limit=most)
    return [item["pk"].removeprefix("IMAGE#") for item in items]


def touch_clean_up(image_id: str, now: datetime) -> None:
    """Note that a clean-up is asked for again, if it is not over."""
    values = {"updated": clean_up_time(image_id, now)}
    _TABLE.try_update(clean_up_key(image_id), "SET updated = :updated", EXISTS, values)


def _tombstone_key(image_id: str) -> dict[str, str]:
    return {"pk": f"IMAGE#{image_id}", "sk": "DELETED"}
