"""Compute what an unused deployment costs a month, in dollars, from the list prices of us-east-1.

Free tiers are left out. In fact the first ten alarms, three dashboards and million queue requests of an account are
free.
"""

from collections.abc import Mapping, Sequence
from typing import Any

IDLE: Mapping[str, float] = {
    "AWS::KMS::Key": 1.00,
    "AWS::CloudWatch::Dashboard": 3.00,
    "AWS::SecretsManager::Secret": 0.40,
    # An alarm costs this for each metric that it adds up.
    "AWS::CloudWatch::Alarm": 0.10,
    # Lambda polls an empty queue about 15 times a minute: five long polls of 20 seconds in parallel.
    "AWS::Lambda::EventSourceMapping": 0.26,
    # Schedules: the reconciliation every quarter of an hour, and the purges of the CDN every minute.
    "AWS::Events::Rule": 0.10,
}
"""The monthly cost of one resource, by its type. All other types are paid by use."""


def idle_cost(template: Mapping[str, Any]) -> float:
    """Return the cost of the deployment of ``template``, in dollars a month."""
    return sum(IDLE.get(resource["Type"], 0) * _metrics(resource) for resource in template["Resources"].values())


def _metrics(resource: Mapping[str, Any]) -> int:
    """Return the number of metrics that an alarm adds up; 1 for any other resource."""
    watched: Sequence[Mapping[str, Any]] = resource.get("Properties", {}).get("Metrics", ())
    return sum("MetricStat" in each for each in watched) or 1
