"""Structured logs and metrics: JSON lines for CloudWatch, written by powertools."""

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


NAME = "Constellation"

NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
"""The variable that the stack sets to its name: the metrics of one deployment raise no alarm of another."""


@cache
def logger() -> "Logger":
    """Return the JSON logger of the function. Never log tokens, passwords, emails or query strings."""
    from aws_lambda_powertools import Logger

    function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    return Logger(service=NAME.lower(), function_name=function, utc=True, log_uncaught_exceptions=False)


def count(name: str, value: float = 1) -> None:
    """Add a value to a metric, by one line of log in CloudWatch's embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    namespace = os.environ.get(NAMESPACE, NAME)
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=namespace):
        pass
