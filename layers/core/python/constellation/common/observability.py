"""Structured logs and metrics: JSON lines for CloudWatch, written by powertools."""

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


NAMESPACE = "Constellation"


@cache
def logger() -> "Logger":
    """Return the JSON logger of the function. Never log tokens, passwords, emails or query strings."""
    from aws_lambda_powertools import Logger

    function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    return Logger(service=NAMESPACE.lower(), function_name=function, utc=True, log_uncaught_exceptions=False)


def count(name: str, value: float = 1) -> None:
    """Add a value to a metric, by one line of log in CloudWatch's embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE):
        pass
