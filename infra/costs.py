"""Compute what an unused deployment costs a month, in dollars, from the list prices of us-east-1.

Free tiers are left out. In fact the first ten alarms, three dashboards and million queue requests of an account are
free.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

IDLE: Mapping[str, float] = {
    "AWS::KMS::Key": 1.00,
    "AWS::CloudWatch::Dashboard": 3.00,
    "AWS::SecretsManager::Secret": 0.40,
    "AWS::CloudWatch::Alarm": 0.10,
    # Lambda polls an empty queue about 15 times a minute: five long polls of 20 seconds in parallel.
    "AWS::Lambda::EventSourceMapping": 0.26,
    # Schedules: the reconciliation every quarter of an hour, and the purges of the CDN every minute.
    "AWS::Events::Rule": 0.10,
}
"""The monthly cost of one resource, by its type. All other types are paid by use."""


def idle_cost(template: Mapping[str, Any]) -> float:
    """Return the cost of the deployment of ``template``, in dollars a month."""
    counts = Counter(resource["Type"] for resource in template["Resources"].values())
    return sum(counts[kind] * price for kind, price in IDLE.items())
