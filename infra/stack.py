"""Build the stack from the declarations: storage, functions, API, delivery and operations."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Aws, CfnOutput, CfnRule, CfnRuleAssertion, Fn, Names, Stack
from aws_cdk.aws_cloudfront import CfnKeyValueStore, CfnOriginAccessControl, CfnResponseHeadersPolicy
from constructs import Construct, IConstruct

from constellation.aws.resources import CONSOLE, INCOMING, LOGS
from constellation.common.settings import Settings
from constellation.images.model import SIGNED
from infra import regions
from infra.address import Address
from infra.api import Api
from infra.console_files import BUCKET_OUTPUT
from infra.context import Domain
from infra.delivery import Delivery
from infra.discovery import Application, DeclarationError
from infra.functions import Functions
from infra.gateway import too_large
from infra.operations import Operations
from infra.storage import Storage
from infra.target import Target


class Constellation(Stack):
    """One deployment of an application. ``settings`` holds only what differs from the defaults of ``Settings``."""

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
        domain: Domain | None,
        web_acl_arn: str,
        api_log_role: bool,
        tables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id, description="A serverless image platform", analytics_reporting=False)
        if target.regions():
            is_served = Fn.condition_contains(target.regions(), Aws.REGION)
            reason = CfnRuleAssertion(assert_=is_served, assert_description=regions.refusal("this region"))
            CfnRule(self, "Region", assertions=[reason])
        storage = Storage(
            self,
            "Storage",
            signing_keys=signing_keys,
            origin_secrets=origin_secrets,
            timeouts={function.declaration.queue: function.declaration.timeout for function in application.consumers},
            drop_writers=drop_writers,
            tables=tables,
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
        api = Api(self, "Api", application=application, called=functions.called, log_role=api_log_role)
        address = Address(self, "Address", domain) if domain else None
        render, region, information = (_by_url(application, route) for route in _BY_URL)
        delivery = Delivery(
            self,
            "Delivery",
            api=api,
            too_large=too_large(Settings(**settings)),
            buckets=storage.buckets,
            render=functions.called[render].alias,
            regions=functions.called[region].alias,
            information=functions.called[information].alias,
            secret=storage.origin_secrets[0],
            hidden=storage.hidden,
            target=target,
            address=address,
            web_acl_arn=web_acl_arn,
            demands_signatures=Settings(**settings).links == SIGNED,
        )
        if address:
            address.point_to(delivery.distribution)
        storage.distribution = delivery.distribution
        Operations(
            self,
            "Operations",
            api=api,
            lambdas={name: each.function for name, each in functions.called.items()},
            consumers=[function.name for function in application.consumers],
            storage=storage,
            distribution=delivery.distribution,
        )
        api.rest.node.try_remove_child("Endpoint")  # an output that the CDK adds by itself
        if target.is_public:
            name = domain.name if domain else delivery.distribution.distribution_domain_name
            CfnOutput(self, "BaseUrl", value=f"https://{name}")
        CfnOutput(self, "ApiUrl", value=api.rest.url)
        CfnOutput(self, "ApiId", value=api.rest.rest_api_id)
        CfnOutput(self, "DistributionDomainName", value=delivery.distribution.distribution_domain_name)
        CfnOutput(self, "DistributionId", value=delivery.distribution.distribution_id)
        CfnOutput(self, "LogsBucketName", value=storage.buckets[LOGS].bucket_name)
        CfnOutput(self, "IncomingBucketName", value=storage.buckets[INCOMING].bucket_name)
        CfnOutput(self, BUCKET_OUTPUT, value=storage.buckets[CONSOLE].bucket_name)
        for task in application.tasks:  # operators call them, or stop their rules (docs/operations.md)
            CfnOutput(self, f"{task.construct_id}Function", value=functions.called[task.name].alias.function_arn)
        _tell_regions_apart(self)


def _tell_regions_apart(stack: Stack) -> None:
    """Add the region to the names that the CDK generates for resources whose names are unique in the whole account."""
    for construct in stack.node.find_all():
        if isinstance(construct, CfnKeyValueStore):
            construct.add_property_override("Name", _regional_name(construct))
        if isinstance(construct, CfnOriginAccessControl):
            construct.add_property_override("OriginAccessControlConfig.Name", _regional_name(construct))
        if isinstance(construct, CfnResponseHeadersPolicy):
            construct.add_property_override("ResponseHeadersPolicyConfig.Name", _regional_name(construct))


def _regional_name(construct: IConstruct) -> str:
    """Return a name of at most 64 characters; the name of a region has 14 at most."""
    return f"{Names.unique_resource_name(construct, max_length=49)}-{Stack.of(construct).region}"


_PICTURE = "/iiif/3/{image_id}/{region}/{size}/{rotation}/{file}"

_BY_URL = ("/api/image/{image_id}", _PICTURE, "/iiif/3/{image_id}/info.json")
"""The routes of the functions that the CDN calls by URLs of their own: the gateway would cost more than the rest."""


def _by_url(application: Application, route: str) -> str:
    """Return the name of the one function of a route that the CDN calls by a URL of its own."""
    called = {each.declaration.path: each.name for each in application.endpoints if each.declaration.function_url}
    if called.keys() != set(_BY_URL):
        raise DeclarationError(f"endpoints with a function_url must be those of {', '.join(_BY_URL)}")
    return called[route]
