"""Create the certificate and the DNS records of a custom domain for the CDN."""

from typing import cast

from aws_cdk.aws_certificatemanager import Certificate, CertificateValidation, ICertificate
from aws_cdk.aws_cloudfront import Distribution, IDistribution
from aws_cdk.aws_route53 import AaaaRecord, ARecord, HostedZone, IAliasRecordTarget, RecordTarget
from aws_cdk.aws_route53_targets import CloudFrontTarget
from constructs import Construct

from infra.context import Domain


class Address(Construct):
    """The ``name`` and its ``certificate``: the given one, or one that is validated in the zone."""

    def __init__(self, scope: Construct, construct_id: str, domain: Domain) -> None:
        super().__init__(scope, construct_id)
        self.name = domain.name
        self._zone = (
            HostedZone.from_hosted_zone_attributes(
                self, "Zone", hosted_zone_id=domain.hosted_zone, zone_name=domain.name
            )
            if domain.hosted_zone
            else None
        )
        self.certificate = (
            Certificate.from_certificate_arn(self, "Certificate", domain.certificate_arn)
            if domain.certificate_arn
            else cast(
                ICertificate,
                Certificate(
                    self,
                    "Certificate",
                    domain_name=domain.name,
                    validation=CertificateValidation.from_dns(self._zone),
                ),
            )
        )

    def point_to(self, distribution: Distribution) -> None:
        """Write the records that point the name to ``distribution``, if its hosted zone is known."""
        if self._zone is None:
            return
        target = RecordTarget.from_alias(cast(IAliasRecordTarget, CloudFrontTarget(cast(IDistribution, distribution))))
        for record, kind in ((ARecord, "Ipv4"), (AaaaRecord, "Ipv6")):
            # The dot at the end makes the name absolute; the zone may be any parent zone.
            record(self, kind, zone=self._zone, record_name=f"{self.name}.", target=target)
