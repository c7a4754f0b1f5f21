"""One Lambda function a folder, with a role that may do what it declares and nothing else.

Every function is called by an alias, which points to a published version. A version pins code, layers and
configuration, and the alias moves to the next one in a single step: no request meets new layers and old code.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import CfnStack, Duration, NestedStack, RemovalPolicy, Stack
from aws_cdk.aws_events import IRuleTarget, Rule, Schedule
from aws_cdk.aws_events_targets import LambdaFunction
from aws_cdk.aws_iam import IPrincipal, IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal
from aws_cdk.aws_lambda import (
    Alias,
    Architecture,
    CfnFunction,
    Code,
    EventSourceMapping,
    Function,
    IFunction,
    IVersion,
    LoggingFormat,
    RecursiveLoop,
    SnapStartConf,
)
from aws_cdk.aws_logs import LogGroup, RetentionDays
from constructs import Construct

from constellation.aws import direct
from constellation.aws.resources import Grant
from constellation.common import observability
from constellation.imaging import ALLOCATOR
from constellation.runtime import origin
from constellation.runtime.consumer import Consumer
from constellation.runtime.task import Task
from infra import concurrency, discovery, flows, parts
from infra.modes import fingerprint
from infra.reasons import accept, accept_finding
from infra.storage import Storage
from infra.target import Target

_CONSUME = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What Lambda does with a queue in the role of the consumer."""

RETENTION = RetentionDays.ONE_MONTH

ALIAS = "live"
"""The alias by which a function is called."""


@dataclass(frozen=True)
class Called:
    """A function as its callers need it: its alias, and the role with which the API calls it, if it does."""

    function: IFunction
    alias: IFunction
    role: str


class Functions(Construct):
    """The functions of an application by name, in ``called``. Those of ``snap_start`` start from snapshots.

    ``reserved_concurrency`` tells how many executions at once a function has for itself, and at most.
    ``account_concurrency`` tells how many all of the account's functions have; of these each consumer takes its share
    at most, or the number in ``maximum_concurrency``. Raises DeclarationError if one of them names a function that does
    not exist, or if a number is impossible.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        application: discovery.Application,
        storage: Storage,
        target: Target,
        settings: Mapping[str, Any],
        snap_start: Sequence[str],
        reserved_concurrency: Mapping[str, int],
        account_concurrency: int,
        maximum_concurrency: Mapping[str, int],
    ) -> None:
        super().__init__(scope, construct_id)
        for key, names in {"snap_start": snap_start, "reserved_concurrency": reserved_concurrency}.items():
            unknown = set(names) - {function.name for function in application.functions}
            if unknown:
                raise discovery.DeclarationError(f"{key}: there is no function {', '.join(sorted(unknown))}")
        if any(number < 1 for number in reserved_concurrency.values()):
            raise discovery.DeclarationError("reserved_concurrency: a function needs at least 1")
        # A version does not hold it: without this, a change of it alone would ask Lambda for a version that exists.
        Function.classify_version_property("RecursiveLoop", False)
        self._reserved_concurrency = reserved_concurrency
        self._maximum_concurrency = concurrency.maxima(
            application.queued, account_concurrency, maximum_concurrency, reserved_concurrency
        )
        self._looping = flows.looping(application.queued)
        self._snap_start = snap_start if target.takes_snapshots else ()
        self._storage = storage
        self._settings = settings
        self._stack = Stack.of(self).stack_name
        self._runtime = target.runtime
        self._layers = target.layers(self, discovery.LAYERS)
        self._log_group = LogGroup(
            self,
            "Log",
            log_group_name=f"/{self._stack}/functions",
            retention=RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.called: dict[str, Called] = {}
        for name, functions in parts.distribute(application).items():
            self._part(name, functions)

    def _part(self, name: str, functions: Sequence[discovery.Function[Any]]) -> None:
        """Make a nested stack with some of the functions, and with the role by which the API calls them."""
        part = NestedStack(self, name, description=f"{Stack.of(self).stack_name}: functions")
        cast(CfnStack, part.nested_stack_resource).override_logical_id(name)
        made = {function.name: self._function(part, function) for function in functions}
        aliases = [alias.function_arn for _, alias in made.values()]
        role = self._gateway_role(part, aliases) if aliases and name != parts.WORKERS else ""
        self.called |= {each: Called(function, alias, role) for each, (function, alias) in made.items()}

    def _gateway_role(self, part: NestedStack, aliases: list[str]) -> str:
        """Make the role with which API Gateway calls the functions of a part; nobody else may pass it on."""
        statement = PolicyStatement(actions=["lambda:InvokeFunction"], resources=aliases)
        role = Role(
            part,
            f"{part.node.id}Gateway",
            assumed_by=cast(IPrincipal, ServicePrincipal("apigateway.amazonaws.com")),
            inline_policies={"call": PolicyDocument(statements=[statement])},
        )
        return role.role_arn

    def _function(self, part: NestedStack, function: discovery.Function[Any]) -> tuple[IFunction, IFunction]:
        """Make a function and its alias; whatever calls the function calls the alias."""
        scope, declaration = Construct(part, function.construct_id), function.declaration
        made = Function(
            scope,
            "Function",
            description=discovery.summary(declaration.function),
            code=Code.from_asset(
                str(function.folder), exclude=["__pycache__"], asset_hash=fingerprint(function.folder)
            ),
            handler="handler.handler",
            runtime=self._runtime,
            architecture=Architecture.ARM_64,
            memory_size=declaration.memory,
            timeout=Duration.seconds(declaration.timeout),
            layers=[self._layers[name] for name in function.layers if name in self._layers],
            environment=self._environment(function),
            role=cast(IRole, self._role(scope, function)),
            log_group=self._log_group,
            logging_format=LoggingFormat.JSON,
            snap_start=SnapStartConf.ON_PUBLISHED_VERSIONS if function.name in self._snap_start else None,
            reserved_concurrent_executions=self._reserved_concurrency.get(function.name),
            # Each function bounds its own chain of messages (``constellation.runtime.chains``).
            recursive_loop=RecursiveLoop.ALLOW if function.name in self._looping else None,
        )
        # The CDK adds a dependency on the role, which the reference to the role implies already.
        cast(CfnFunction, made.node.default_child).add_deletion_override("DependsOn")
        accept(made, L1="The functions run on the version of Python that their layers are built for.")
        # CloudFormation deletes the previous version after the update, so Lambda stores one version of each function.
        version = cast(IVersion, made.current_version)
        alias = cast(IFunction, Alias(scope, "Live", alias_name=ALIAS, version=version))
        if isinstance(declaration, Consumer):
            EventSourceMapping(
                scope,
                "Messages",
                target=alias,
                event_source_arn=self._storage.queues[declaration.queue].queue_arn,
                batch_size=declaration.batch,
                max_batching_window=Duration.seconds(declaration.window) if declaration.window else None,
                max_concurrency=self._maximum_concurrency[function.name],
                report_batch_item_failures=True,
            )
        if isinstance(declaration, Task) and declaration.every:
            Rule(
                scope,
                "Schedule",
                schedule=Schedule.rate(Duration.seconds(int(declaration.every.total_seconds()))),
                targets=[cast(IRuleTarget, LambdaFunction(alias))],
            )
        return cast(IFunction, made), alias

    def _environment(self, function: discovery.Function[Any]) -> dict[str, str]:
        """Return a function's variables: what it is granted, the metrics' namespace, settings, secrets, and more."""
        names = {grant.resource.variable: grant.resource for grant in function.declaration.grants}
        environment = {variable: self._storage.name(resource) for variable, resource in sorted(names.items())}
        environment[observability.NAMESPACE] = self._stack
        if any(grant.resource.kind in ("table", "key") for grant in function.declaration.grants):
            environment[direct.URL_SUFFIX] = Stack.of(self).url_suffix
        if function.shares_secrets:  # not all of them: a template can refer to secrets 60 times
            environment[origin.VARIABLE] = ",".join(self._storage.origin_secrets)
        if discovery.PACKAGE_LAYERS["PIL"] in function.layers:
            environment |= ALLOCATOR
        if self._settings:
            environment["SETTINGS"] = json.dumps(self._settings, sort_keys=True)
        return environment

    def _role(self, scope: Construct, function: discovery.Function[Any]) -> Role:
        grants: list[Grant] = [*function.declaration.grants]
        if isinstance(function.declaration, Consumer):
            grants.append(Grant(function.declaration.queue, _CONSUME))
        statements = [
            PolicyStatement(actions=list(grant.actions), resources=self._storage.arns(grant)) for grant in grants
        ]
        statements.append(
            PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[self._log_group.log_group_arn]
            )
        )
        role = Role(
            scope,
            "Role",
            assumed_by=cast(IPrincipal, ServicePrincipal("lambda.amazonaws.com")),
            inline_policies={"grants": PolicyDocument(statements=statements)},
        )
        for grant in grants:
            finding = self._storage.finding(grant)
            if finding:
                accept_finding(
                    role, finding, "Keys are made while the function runs; it may touch those of this one pattern."
                )
        return role
