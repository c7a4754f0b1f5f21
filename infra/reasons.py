"""Record why a rule of cdk-nag does not apply, next to the resource concerned."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def accept(construct: IConstruct, **reasons: str) -> None:
    """Accept findings of cdk-nag's AwsSolutions pack on ``construct`` and below: ``APIG3="reason"``."""
    for rule, reason in reasons.items():
        accept_finding(construct, rule, reason)


def accept_finding(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept one finding, such as ``IAM5[Resource::…]``, of a rule that can find several in one resource."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))
