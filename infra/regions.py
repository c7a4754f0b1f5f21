"""The regions that the product is deployed to: those to whose buckets CloudFront delivers its access logs.

Standard logging does not reach buckets in regions that an account has to opt into, and CloudFront refuses a
distribution that asks for it (developer guide, "Configure standard logging (legacy)"). Which regions those are, the
CDK's own data says: every one of AWS's main partition since March 2019 (account management, "Enable or disable AWS
Regions"). One that the CDK does not know yet is one of them.
"""

from collections.abc import Sequence

from aws_cdk.region_info import RegionInfo


def with_access_logs() -> Sequence[str]:
    """The names of the regions that can be deployed to."""
    return sorted(region.name for region in RegionInfo.regions if not region.is_opt_in_region)


def refusal(region: str) -> str:
    """Why nothing is deployed to ``region``, and what to do."""
    return (
        f"CloudFront does not deliver its access logs to buckets in {region}, so views would never be counted: deploy "
        "to a region that every account has from the start (eu-central-1, us-east-1, …); the CDN serves the whole "
        "world from any of them."
    )
