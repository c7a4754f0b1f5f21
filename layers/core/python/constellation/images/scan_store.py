"""Go through all images, some at a time, to heal what is wrong with them."""

from datetime import datetime

from constellation.aws.resources import IMAGES, OWN_CREATED, PUBLIC_UPDATED, Grant
from constellation.aws.table import Table
from constellation.common.times import to_wire
from constellation.images.model import PUBLIC

SCAN_OWNED = Grant(IMAGES, ("dynamodb:Scan",), f"index/{OWN_CREATED.name}")
SCAN = (SCAN_OWNED, Grant(IMAGES, ("dynamodb:Scan",), f"index/{PUBLIC_UPDATED.name}"))

_TABLE = Table(IMAGES)


def owned_before(checkpoint: str, most: int, before: datetime) -> tuple[list[str], str]:
    """Return the ids of those of ``most`` images with an owner that are older than a time, and the next checkpoint."""
    owners, rest = owners_before(checkpoint, most, before)
    return list(owners), rest


def owners_before(checkpoint: str, most: int, before: datetime) -> tuple[dict[str, str], str]:
    """Return the owners of those of ``most`` images that are older than a time, by their ids, and the next checkpoint.

    Those of one owner come one after the other.
    """
    items, rest = _TABLE.scan(OWN_CREATED, checkpoint, most)
    old = (item for item in items if item["created"] < to_wire(before))
    return {item["pk"].removeprefix("IMAGE#"): item["owner"] for item in old}, rest


def guests_before(checkpoint: str, most: int, before: datetime) -> tuple[list[str], str]:
    """Return the ids of guests' images among ``most`` that are older than a time, and the next checkpoint.

    They are in the list of public images, and never change.
    """
    items, rest = _TABLE.scan(PUBLIC_UPDATED, checkpoint, most)
    guests = (item for item in items if "owner" not in item and item["publicList"] == PUBLIC)
    return [item["pk"].removeprefix("IMAGE#") for item in guests if item["updated"] < to_wire(before)], rest
