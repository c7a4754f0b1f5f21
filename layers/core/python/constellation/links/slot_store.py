"""The slots of renditions in the records of their images."""

from dataclasses import dataclass

from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import IMAGES, Grant
from constellation.images.model import Image
from constellation.images.store import record_key, to_image

CLAIM = Grant(IMAGES, ("dynamodb:UpdateItem",))


@dataclass(frozen=True)
class Claim:
    """The answer to a claim on a rendition's slot: is it ``granted``, and did an earlier request take it already."""

    image: Image
    granted: bool
    asked_before: bool


def rendition_names(image_id: str) -> frozenset[str] | None:
    """The names of the renditions that have a slot, as of now; None where there is no such image."""
    answer = aws.call(
        "dynamodb",
        "get_item",
        TableName=IMAGES.physical_name,
        Key=to_wire(record_key(image_id)),
        ConsistentRead=True,
        ProjectionExpression="renditions",
    )
    return frozenset(answer["Item"]["renditions"]["M"]) if "Item" in answer else None


def claim_rendition(image_id: str, name: str, limit: int) -> Claim | None:
    """Find the image and take one of its ``limit`` slots for the rendition; None where there is no such image.

    Repeating it takes no second slot. Sent again since its answer was lost, it counts as two requests, harmlessly.
    """
    try:
        answer = aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=to_wire(record_key(image_id)),
            UpdateExpression="SET renditions.#name = :asked",
            ConditionExpression=(
                "attribute_exists(pk) AND (attribute_exists(renditions.#name) OR size(renditions) < :limit)"
            ),
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues=to_wire({":asked": True, ":limit": limit}),
            ReturnValues="ALL_OLD",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except aws.ConditionFailed as refused:
        return Claim(to_image(refused.item), granted=False, asked_before=False) if refused.item else None
    before = from_wire(answer["Attributes"])
    return Claim(to_image(before), granted=True, asked_before=name in before["renditions"])


def swap_rendition(image_id: str, name: str, instead_of: str) -> bool:
    """Give the slot of ``instead_of`` to ``name``; False when it has none any more."""
    try:
        aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=to_wire(record_key(image_id)),
            UpdateExpression="SET renditions.#name = :asked REMOVE renditions.#other",
            ConditionExpression="attribute_exists(renditions.#other)",
            ExpressionAttributeNames={"#name": name, "#other": instead_of},
            ExpressionAttributeValues=to_wire({":asked": True}),
        )
    except aws.ConditionFailed:
        return False
    return True
