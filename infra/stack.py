"""The stack: storage, functions, API, delivery, operations, all of it from the declarations."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from constellation.settings import Settings
from constellation.stores.resources import INCOMING, LOGS, RENDITIONS
from infra.api import Api, too_large
from infra.delivery import Delivery
from infra.discovery import Application, DeclarationError
from infra.functions import Functions
from infra.operations import Operations
from infra.storage import Storage
from infra.target import Target


class Constellation(Stack):
    """One deployment of an application; ``settings`` are those that differ from the defaults of ``Settings``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        application: Application,
        target: Target,
        settings: Mapping[str, Any],
        signing_keys: Sequence[str],
        origin_secrets: Sequence[str],
        drop_writers: Sequence[str],
        snap_start: Sequence[str],
        reserved_concurrency: Mapping[str, int],
        account_concurrency: int,
        maximum_concurrency: Mapping[str, int],
    ) -> None:
        super().__init__(scope, construct_id, description="A serverless image platform", analytics_reporting=False)
        storage = Storage(
            self,
            "Storage",
            signing_keys=signing_keys,
            origin_secrets=origin_secrets,
            timeouts={function.declaration.queue: function.declaration.timeout for function in application.consumers},
            drop_writers=drop_writers,
        )
        functions = Functions(
            self,
            "Functions",
            application=application,
            storage=storage,
            target=target,
            settings=settings,
            snap_start=snap_start,
            reserved_concurrency=reserved_concurrency,
            account_concurrency=account_concurrency,
            maximum_concurrency=maximum_concurrency,
        )
        api = Api(self, "Api", application=application, lambdas=functions.lambdas, settings=Settings(**settings))
        delivery = Delivery(
            self,
            "Delivery",
            api=api,
            too_large=too_large(Settings(**settings)),
            renditions=storage.buckets[RENDITIONS],
            render=functions.lambdas[_render(application)],
            logs=storage.buckets[LOGS],
            secret=storage.origin_secrets[0],
            target=target,
        )
        storage.distribution = delivery.distribution
        Operations(
            self,
            "Operations",
            api=api,
            lambdas=functions.lambdas,
            consumers=[function.name for function in application.consumers],
            storage=storage,
            distribution=delivery.distribution,
        )
        api.rest.node.try_remove_child("Endpoint")  # the output that RestApi makes of its own accord
        CfnOutput(self, "ApiUrl", value=api.rest.url)
        CfnOutput(self, "ApiId", value=api.rest.rest_api_id)
        CfnOutput(self, "DistributionDomainName", value=delivery.distribution.distribution_domain_name)
        CfnOutput(self, "DistributionId", value=delivery.distribution.distribution_id)
        CfnOutput(self, "LogsBucketName", value=storage.buckets[LOGS].bucket_name)
        CfnOutput(self, "IncomingBucketName", value=storage.buckets[INCOMING].bucket_name)


def _render(application: Application) -> str:
    """The one function that the CDN calls by its own URL."""
    names = [function.name for function in application.endpoints if function.declaration.function_url]
    if len(names) != 1:
        raise DeclarationError(f"exactly one endpoint must have a function_url, not {names}")
    return names[0]
