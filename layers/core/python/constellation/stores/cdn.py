"""The CDN's cache."""

from constellation.stores import aws
from constellation.stores.resources import CDN, Grant

INVALIDATE = Grant(CDN, ("cloudfront:CreateInvalidation",))


def invalidate(image_id: str, reference: str) -> None:
    """Make the CDN forget every link to an image; asked again with the same ``reference`` it does nothing more.

    Where an edge function changes a path, CloudFront's documentation asks for the viewers' paths to be invalidated
    and for the changed one too ("What you need to know when invalidating files"). A path may end in ``*`` and costs
    the same then.
    """
    _invalidate([f"/image/{image_id}*", f"/api/image/{image_id}*", f"/{image_id}/*"], reference)


def invalidate_everything(reference: str) -> None:
    """Make the CDN forget all that it holds, which costs as much as one path, where the links are too many to name."""
    _invalidate(["/*"], reference)


def _invalidate(paths: list[str], reference: str) -> None:
    aws.call(
        "cloudfront",
        "create_invalidation",
        DistributionId=CDN.physical_name,
        InvalidationBatch={"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": reference},
    )
