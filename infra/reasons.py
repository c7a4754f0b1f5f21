"""Why a rule of the checks does not apply, said beside the resource it is about."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def accept(construct: IConstruct, **reasons: str) -> None:
    """Accept findings of cdk-nag's AwsSolutions pack on ``construct`` and below: ``APIG3="reason"``."""
    for rule, reason in reasons.items():
        accept_finding(construct, rule, reason)


def accept_finding(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept one finding, ``IAM5[Resource::…]``, where a rule can find several things in one resource."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))
