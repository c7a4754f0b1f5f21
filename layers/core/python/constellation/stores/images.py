"""Images in the table ``images``: one item each, with the names of the renditions that are stored of it.

``renditions`` is a map whose keys are rendition names (``300x200c.webp``): a map, because one name can take the
place of another in a single conditional update that touches nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constellation.domain.images import Image
from constellation.domain.times import to_wire as time_to_wire
from constellation.stores import aws
from constellation.stores.items import Wire, from_wire, to_wire
from constellation.stores.resources import IMAGES, Grant

CREATE = Grant(IMAGES, ("dynamodb:PutItem",))
READ = Grant(IMAGES, ("dynamodb:GetItem",))
CLAIM = Grant(IMAGES, ("dynamodb:UpdateItem",))


@dataclass(frozen=True)
class Claim:
    """The answer to a claim on a rendition's slot: was it ``granted``, and the ``names`` that had one before."""

    image: Image
    names: frozenset[str]
    granted: bool


def create(image: Image) -> None:
    """Write the record of a new image, which makes it visible. Safe to repeat: the very same record there is success.

    Raises ConditionFailed when another image has its id.
    """
    try:
        aws.call(
            "dynamodb",
            "put_item",
            TableName=IMAGES.physical_name,
            Item=to_wire(_to_item(image)),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except aws.ConditionFailed as there:
        # The SDK's own retry of a put whose answer was lost finds the item of the first attempt.
        if there.item is None or _to_image(from_wire(there.item)) != image:
            raise


def get(image_id: str) -> Image | None:
    """The image, as of now; None where there is none."""
    answer = aws.call("dynamodb", "get_item", TableName=IMAGES.physical_name, Key=_key(image_id), ConsistentRead=True)
    return _to_image(from_wire(answer["Item"])) if "Item" in answer else None


def rendition_names(image_id: str) -> frozenset[str] | None:
    """The names of the renditions that have a slot, as of now; None where there is no such image."""
    answer = aws.call(
        "dynamodb",
        "get_item",
        TableName=IMAGES.physical_name,
        Key=_key(image_id),
        ConsistentRead=True,
        ProjectionExpression="renditions",
    )
    return frozenset(answer["Item"]["renditions"]["M"]) if "Item" in answer else None


def claim_rendition(image_id: str, name: str, limit: int) -> Claim | None:
    """Find the image and take one of its ``limit`` slots for the rendition; None where there is no such image.

    Repeating it takes no second slot.
    """
    try:
        answer = aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=_key(image_id),
            UpdateExpression="SET renditions.#name = :stored",
            ConditionExpression=(
                "attribute_exists(pk) AND (attribute_exists(renditions.#name) OR size(renditions) < :limit)"
            ),
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues=to_wire({":stored": True, ":limit": limit}),
            ReturnValues="ALL_OLD",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except aws.ConditionFailed as refused:
        return _claim(refused.item, granted=False) if refused.item else None
    return _claim(answer["Attributes"], granted=True)


def swap_rendition(image_id: str, name: str, instead_of: str) -> bool:
    """Give the slot of ``instead_of`` to ``name``; False when it has none any more."""
    try:
        aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=_key(image_id),
            UpdateExpression="SET renditions.#name = :stored REMOVE renditions.#other",
            ConditionExpression="attribute_exists(renditions.#other)",
            ExpressionAttributeNames={"#name": name, "#other": instead_of},
            ExpressionAttributeValues=to_wire({":stored": True}),
        )
    except aws.ConditionFailed:
        return False
    return True


def _key(image_id: str) -> dict[str, Wire]:
    return to_wire({"pk": f"IMAGE#{image_id}", "sk": "IMAGE"})


def _to_item(image: Image) -> dict[str, Any]:
    item = {
        "pk": f"IMAGE#{image.id}",
        "sk": "IMAGE",
        "id": image.id,
        "owner": image.owner,
        "name": image.name,
        "description": image.description,
        "isPublic": image.is_public,
        "mediaType": image.media_type,
        "extension": image.extension,
        "size": image.size,
        "width": image.width,
        "height": image.height,
        "frames": image.frames,
        "sha256": image.sha256,
        "createdAt": time_to_wire(image.created_at),
        "updatedAt": time_to_wire(image.updated_at) if image.updated_at else None,
        "views": image.views,
        "version": image.version,
        "renditions": dict[str, bool](),
    }
    # An attribute that may become an index's key must be absent rather than null.
    return {name: value for name, value in item.items() if value is not None}


def _to_image(item: Mapping[str, Any]) -> Image:
    return Image(
        id=item["id"],
        owner=item.get("owner"),
        name=item["name"],
        description=item["description"],
        is_public=item["isPublic"],
        media_type=item["mediaType"],
        extension=item["extension"],
        size=item["size"],
        width=item["width"],
        height=item["height"],
        frames=item["frames"],
        sha256=item["sha256"],
        created_at=datetime.fromisoformat(item["createdAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]) if "updatedAt" in item else None,
        views=item["views"],
        version=item["version"],
    )


def _claim(item: Mapping[str, Wire], *, granted: bool) -> Claim:
    plain = from_wire(item)
    return Claim(_to_image(plain), frozenset(plain["renditions"]), granted)
