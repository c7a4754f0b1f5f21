"""The slots of renditions in the records of their images.

A slot is an entry of the map ``renditions`` (``images.store``), named like the rendition.
"""

from dataclasses import dataclass

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import EXISTS, Table
from constellation.images.model import Image
from constellation.images.store import record_key, to_image

READ = Grant(IMAGES, ("dynamodb:GetItem",))
CLAIM = Grant(IMAGES, ("dynamodb:UpdateItem",))


@dataclass(frozen=True)
class Claim:
    """The result of a claim to a rendition's slot.

    ``granted``: the rendition has a slot. ``asked_before``: an earlier request took it.
    """

    image: Image
    granted: bool
    asked_before: bool


def names(image_id: str) -> frozenset[str] | None:
    """Return the names of the renditions that have a slot, as of now, or None if there is no such image."""
    item = Table(IMAGES).get(record_key(image_id), attributes="renditions")
    return None if item is None else frozenset(item["renditions"])


def claim(image_id: str, name: str, limit: int, *, signed: bool, follows_focus: bool) -> Claim | None:
    """Find an image and take one of its ``limit`` slots for a rendition; None if there is no such image.

    An image whose links must be signed gives none to what is not ``signed``, and one with a focus of its own none to
    what ``follows_focus``: that is stored under the name that says which.
    Repeating it takes no second slot. A retry after a lost response counts as two requests, which does no harm.
    """
    try:
        before = Table(IMAGES).update(
            record_key(image_id),
            "SET renditions.#name = :asked",
            f"{EXISTS} AND (attribute_exists(renditions.#name) OR size(renditions) < :limit)"
            f"{'' if signed else ' AND attribute_not_exists(signedAt)'}"
            f"{' AND attribute_not_exists(focus)' if follows_focus else ''}",
            {"asked": True, "limit": limit},
            {"name": name},
            returns="ALL_OLD",
        )
    except ConditionFailed as refused:
        return Claim(to_image(refused.item), granted=False, asked_before=False) if refused.item else None
    return Claim(to_image(before), granted=True, asked_before=name in before["renditions"])


def swap(image_id: str, name: str, instead_of: str) -> bool:
    """Give the slot of ``instead_of`` to ``name``; False if ``instead_of`` no longer has one."""
    return Table(IMAGES).try_update(
        record_key(image_id),
        "SET renditions.#name = :asked REMOVE renditions.#other",
        "attribute_exists(renditions.#other)",
        {"asked": True},
        {"name": name, "other": instead_of},
    )
