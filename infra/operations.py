"""Create the dashboard, with what users notice first and its causes below, and the alarms for failed work."""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk.aws_cloudfront import Distribution
from aws_cdk.aws_cloudwatch import (
    Alarm,
    ComparisonOperator,
    Dashboard,
    GraphWidget,
    IMetric,
    IWidget,
    MathExpression,
    Metric,
    TreatMissingData,
)
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from constellation.images.sources import DAMAGED
from constellation.runtime.chains import STOPPED
from infra import CDN_REGION
from infra.api import Api
from infra.storage import Storage, title

_PERIOD = Duration.minutes(5)

_SUMMANDS = 10
"""The most metrics that one alarm can add up."""


class Operations(Construct):
    """The dashboard and the alarms. Alarms notify nobody; each deployment adds its own actions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: Api,
        lambdas: Mapping[str, IFunction],
        consumers: Sequence[str],
        storage: Storage,
        distribution: Distribution,
    ) -> None:
        super().__init__(scope, construct_id)
        Dashboard(
            self,
            "Dashboard",
            # The names of dashboards are unique in an account, across all regions.
            dashboard_name=f"{Stack.of(self).stack_name}-{Stack.of(self).region}",
            widgets=[_api(api), _cdn(distribution), _functions(lambdas), _queues(storage), _storage(storage)],
        )
        for resource, queue in storage.dead_letters.items():
            queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=_PERIOD).create_alarm(
                self,
                f"{title(resource)}GivenUp",
                alarm_description=f"Messages of the queue {resource.name} have failed for good and need attention",
                comparison_operator=ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                threshold=1,
                evaluation_periods=1,
                treat_missing_data=TreatMissingData.NOT_BREACHING,
            )
        self._alarm(
            "ChainsStopped",
            "A chain of messages reached its bound; the reconciliation continues its work (see the log)",
            self._metric(STOPPED),
        )
        self._alarm(
            "ReductionsDamaged",
            "Reductions were missing or changed by something else; they are made again (see the log)",
            self._metric(DAMAGED),
        )
        for number in range(0, len(consumers), _SUMMANDS):
            watched = [lambdas[name] for name in consumers[number : number + _SUMMANDS]]
            self._alarm(
                f"RecursionStopped{number or ''}",
                "Lambda took a chain of messages for an endless loop and stopped it",
                _sum([_dropped(each) for each in watched]),
            )

    def _metric(self, name: str) -> Metric:
        """Return a metric that the functions of this deployment count (``observability.count``)."""
        return Metric(namespace=Stack.of(self).stack_name, metric_name=name, statistic="Sum", period=_PERIOD)

    def _alarm(self, name: str, description: str, metric: IMetric) -> None:
        """Create an alarm that is raised by the first occurrence."""
        Alarm(
            self,
            name,
            alarm_description=description,
            metric=metric,
            comparison_operator=ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=TreatMissingData.NOT_BREACHING,
        )


def _dropped(function: IFunction) -> Metric:
    """Return the metric of invocations that Lambda dropped because it took them for a loop."""
    return Metric(
        namespace="AWS/Lambda",
        metric_name="RecursiveInvocationsDropped",
        dimensions_map={"FunctionName": function.function_name},
        statistic="Sum",
        period=_PERIOD,
    )


def _sum(metrics: Sequence[Metric]) -> MathExpression:
    """Return the sum of metrics; metrics without a value are left out."""
    named = {f"m{number}": cast(IMetric, metric) for number, metric in enumerate(metrics)}
    return MathExpression(expression=f"SUM([{', '.join(named)}])", using_metrics=named, period=_PERIOD)


def _api(api: Api) -> Sequence[IWidget]:
    rest = api.rest
    return [
        _graph("API: requests", [rest.metric_count(period=_PERIOD)]),
        _graph("API: errors", [rest.metric_client_error(period=_PERIOD), rest.metric_server_error(period=_PERIOD)]),
        _graph("API: latency", [rest.metric_latency(statistic=p, label=p, period=_PERIOD) for p in ("p50", "p99")]),
    ]


def _cdn(distribution: Distribution) -> Sequence[IWidget]:
    def metric(name: str, statistic: str) -> Metric:
        return Metric(
            namespace="AWS/CloudFront",
            metric_name=name,
            dimensions_map={"DistributionId": distribution.distribution_id, "Region": "Global"},
            statistic=statistic,
            region=CDN_REGION,
            period=_PERIOD,
        )

    return [
        _graph("CDN: requests", [metric("Requests", "Sum")]),
        _graph("CDN: errors, percent", [metric("4xxErrorRate", "Average"), metric("5xxErrorRate", "Average")]),
        _graph("CDN: bytes", [metric("BytesDownloaded", "Sum"), metric("BytesUploaded", "Sum")]),
    ]


def _functions(lambdas: Mapping[str, IFunction]) -> Sequence[IWidget]:
    return [
        _graph("Functions: errors", [f.metric_errors(label=name, period=_PERIOD) for name, f in lambdas.items()]),
        _graph(
            "Functions: milliseconds, p99",
            [f.metric_duration(label=name, statistic="p99", period=_PERIOD) for name, f in lambdas.items()],
        ),
        _graph("Functions: throttled", [f.metric_throttles(label=name, period=_PERIOD) for name, f in lambdas.items()]),
    ]


def _queues(storage: Storage) -> Sequence[IWidget]:
    return [
        _graph(
            "Queues: age of the oldest message, seconds",
            [
                queue.metric_approximate_age_of_oldest_message(label=resource.name, period=_PERIOD)
                for resource, queue in storage.queues.items()
            ],
        ),
        _graph(
            "Queues: messages given up",
            [
                queue.metric_approximate_number_of_messages_visible(
                    label=resource.name, statistic="Maximum", period=_PERIOD
                )
                for resource, queue in storage.dead_letters.items()
            ],
        ),
    ]


def _storage(storage: Storage) -> Sequence[IWidget]:
    tables = {resource.name: table for resource, table in storage.tables.items()}
    buckets = {resource.name: bucket for resource, bucket in storage.buckets.items()}
    return [
        _graph(
            "Tables: read units",
            [t.metric_consumed_read_capacity_units(label=name, period=_PERIOD) for name, t in tables.items()],
        ),
        _graph(
            "Tables: write units",
            [t.metric_consumed_write_capacity_units(label=name, period=_PERIOD) for name, t in tables.items()],
        ),
        _graph(
            "Buckets: bytes",
            [
                Metric(
                    namespace="AWS/S3",
                    metric_name="BucketSizeBytes",
                    dimensions_map={"BucketName": bucket.bucket_name, "StorageType": "StandardStorage"},
                    statistic="Average",
                    label=name,
                    period=Duration.days(1),
                )
                for name, bucket in buckets.items()
            ],
        ),
    ]


def _graph(title: str, metrics: Sequence[IMetric]) -> GraphWidget:
    return GraphWidget(title=title, left=metrics, width=8, height=6)
