"""The CDN's cache. What it holds of an image is tagged with the image and with the folder that it lay in.

Each answer names its tags in a header, which a stored rendition has as metadata; to forget a tag is to forget all that
has it, at the price of one path (CloudFront's developer guide, "Invalidating content by cache tags").
"""

from collections.abc import Collection

from constellation.aws import client as aws
from constellation.aws.resources import CDN, Grant

FORGET = Grant(CDN, ("cloudfront:CreateInvalidation",))
WATCH = Grant(CDN, ("cloudfront:GetInvalidation",))


def forget(tags_: Collection[str], reference: str) -> str | None:
    """Have the CDN forget what has one of some tags; the invalidation's id, or None while too many are under way.

    Asked again with the same ``reference``, and the same tags, it is the same invalidation.
    """
    return _invalidate([f"#{tag}" for tag in sorted(tags_)], reference)


def forget_everything(reference: str) -> str | None:
    """The same for all that the CDN holds, of everybody."""
    return _invalidate(["/*"], reference)


def has_forgotten(invalidation: str) -> bool:
    """Whether an invalidation has come to its end, or was of another distribution: this one's cache began empty.

    Tables that ``make destroy`` has kept come to a new distribution.
    """
    try:
        answer = aws.call("cloudfront", "get_invalidation", DistributionId=CDN.physical_name, Id=invalidation)
    except aws.Missing:
        return True
    return answer["Invalidation"]["Status"] == "Completed"


def _invalidate(paths: list[str], reference: str) -> str | None:
    batch = {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": reference}
    try:
        answer = aws.call(
            "cloudfront", "create_invalidation", DistributionId=CDN.physical_name, InvalidationBatch=batch
        )
    except aws.Full:
        return None
    return answer["Invalidation"]["Id"]
