"""Structured logs and metrics: JSON lines that CloudWatch reads, through powertools."""

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


NAMESPACE = "Constellation"


@cache
def logger() -> "Logger":
    """The function's JSON logger. Never give it tokens, passwords, emails or query strings."""
    from aws_lambda_powertools import Logger

    function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    return Logger(service=NAMESPACE.lower(), function_name=function, utc=True, log_uncaught_exceptions=False)


def count(name: str, value: float = 1) -> None:
    """Add ``value`` to the metric ``name`` (CloudWatch embedded metric format, one line)."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE):
        pass
