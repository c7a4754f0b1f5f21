"""The CDN: every call that the product makes to CloudFront.

What the cache holds of an image is tagged with the image and its folder. Each response of a link names its tags in a
header, and a stored rendition has them as metadata. To purge a tag is to purge all responses that have it, at the price
of one path (CloudFront's developer guide, "Invalidating content by cache tags").
"""

from collections.abc import Collection

from constellation.aws import client as aws
from constellation.aws.resources import CDN, Grant

PURGE = Grant(CDN, ("cloudfront:CreateInvalidation",))
WATCH = Grant(CDN, ("cloudfront:GetInvalidation",))


def purge(tags: Collection[str], reference: str) -> str | None:
    """Purge what has one of some tags. Return the invalidation's id, or None while too many are under way.

    A repeat with the same ``reference`` and tags returns the same invalidation.
    """
    return invalidate([f"#{tag}" for tag in sorted(tags)], reference)


def purge_everything(reference: str) -> str | None:
    """Purge the whole cache. Return the invalidation's id, or None while too many are under way.

    A repeat with the same ``reference`` returns the same invalidation.
    """
    return invalidate(["/*"], reference)


def is_purged(invalidation: str) -> bool:
    """Return whether an invalidation has ended, or belongs to another distribution.

    After ``make destroy`` the tables that it keeps can get a new distribution, whose cache begins empty.
    """
    try:
        answer = aws.call("cloudfront", "get_invalidation", DistributionId=CDN.physical_name, Id=invalidation)
    except aws.Missing:
        return True
    return answer["Invalidation"]["Status"] == "Completed"


def invalidate(paths: list[str], reference: str) -> str | None:
    """Begin an invalidation and return its id, or None while too many are under way."""
    batch = {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": reference}
    try:
        answer = aws.call(
            "cloudfront", "create_invalidation", DistributionId=CDN.physical_name, InvalidationBatch=batch
        )
    except aws.Full:
        return None
    return answer["Invalidation"]["Id"]
