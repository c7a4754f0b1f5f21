"""The regions to which the product can be deployed: those where CloudFront delivers access logs to buckets.

CloudFront does not deliver standard logs to buckets in opt-in regions, and refuses a distribution that asks for it
(developer guide, "Configure standard logging (legacy)"). The CDK's data says which regions these are: all regions of
AWS's main partition since March 2019 (account management, "Enable or disable AWS Regions"). A region that the CDK does
not know yet counts as one of them.
"""

from collections.abc import Sequence

from aws_cdk.region_info import RegionInfo


def with_access_logs() -> Sequence[str]:
    """Return the names of the regions to which the product can be deployed."""
    return sorted(region.name for region in RegionInfo.regions if not region.is_opt_in_region)


def refusal(region: str) -> str:
    """Return the sentence that says why the product is not deployed to ``region``, and what to do."""
    return (
        f"CloudFront does not deliver its access logs to buckets in {region}, so views would never be counted: deploy "
        "to a region that every account has from the start (eu-central-1, us-east-1, …); the CDN serves the whole "
        "world from any of them."
    )
