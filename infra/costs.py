"""What a deployment costs a month while nobody uses it, from list prices of us-east-1 in dollars.

Free tiers are not counted: an account's first ten alarms, three dashboards and million requests to queues cost nothing.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

IDLE: Mapping[str, float] = {
    "AWS::KMS::Key": 1.00,
    "AWS::CloudWatch::Dashboard": 3.00,
    "AWS::SecretsManager::Secret": 0.40,
    "AWS::CloudWatch::Alarm": 0.10,
    # Lambda asks an empty queue some 15 times a minute: five long polls of 20 seconds at a time.
    "AWS::Lambda::EventSourceMapping": 0.26,
    # What runs by the clock: the reconciliation each quarter of an hour, what the CDN forgets each minute.
    "AWS::Events::Rule": 0.10,
}
"""By the type of a resource, what one of it costs. Everything else is paid for by use."""


def idle_cost(template: Mapping[str, Any]) -> float:
    """Dollars a month of the deployment of ``template``."""
    counts = Counter(resource["Type"] for resource in template["Resources"].values())
    return sum(counts[kind] * price for kind, price in IDLE.items())
