"""Find what would make a deployment fail, before it begins: ``python -m infra.preflight [--start-empty]``.

A refusal is one sentence that says what to do, and makes the exit status 1. A note does not change the exit status.
Checks for which the credentials lack a right become notes, because the CDK deploys with roles of its own, which may
have rights that the caller lacks.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, cast

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from constellation.common.settings import Settings
from infra import CDN_REGION, app, kept
from infra.changes import extract, obstacles
from infra.context import Choices, ContextError
from infra.discovery import DeclarationError
from infra.session import new_session
from infra.whole import whole

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "UnauthorizedAccess")
_REFUSED = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AuthFailure",
)
_FAILED = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED")
_UNRESERVED = 100
"""Concurrent executions that Lambda keeps free for functions without a reservation."""

_RAISE_CONCURRENCY = (
    "`aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384"
    " --desired-value 1000`"
)

_USUAL: Mapping[str, tuple[int, str]] = {
    "AWS::CloudFront::CachePolicy": (20, "cache policies of the account"),
    "AWS::CloudFront::ResponseHeadersPolicy": (20, "response headers policies of the account"),
    "AWS::CloudFront::OriginAccessControl": (100, "origin access controls of the account"),
    "AWS::CloudFront::Function": (100, "CloudFront functions of the account"),
    "AWS::CloudFront::Distribution": (200, "distributions of the account"),
    "AWS::DynamoDB::Table": (2500, "tables of the region"),
    "AWS::S3::Bucket": (10_000, "buckets of the account"),
    "AWS::ApiGateway::RestApi": (600, "regional APIs of the region"),
}
"""The default quotas of an account."""


@dataclass(frozen=True)
class Refusal:
    """A sentence that says why the deployment would fail or do harm, and what to do about it."""

    text: str


@dataclass(frozen=True)
class Note:
    """A sentence that is worth knowing, although the deployment can go on."""

    text: str


Finding = Refusal | Note


class Account:
    """One account in one region, seen with the credentials of the caller. It keeps one client for each service."""

    def __init__(self, session: Any) -> None:
        self.region: str = session.region_name
        self._session = session
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = "") -> Any:
        """Return the client of a service; without a region, the client for the region of the account."""
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = self._session.client(service, region_name=key[1])
        return self._clients[key]

    def items(self, operation: str, list_name: str, **parameters: str) -> list[dict[str, Any]]:
        """Return all items, of all pages, that an operation of CloudFront lists."""
        found: list[dict[str, Any]] = []
        marker: dict[str, str] = {}
        while True:
            page = getattr(self.client("cloudfront"), operation)(**parameters, **marker)[list_name]
            found += page.get("Items", [])
            if not page.get("NextMarker"):
                return found
            marker = {"Marker": page["NextMarker"]}


@dataclass(frozen=True)
class Deployment:
    """What is to be deployed, where, and what is deployed there already.

    ``status`` is the status of the stack, or "" if there is no stack. ``deployed`` is the whole template of the stack.
    ``owned`` holds the physical ids of the resources in the root stack, by their logical ids.
    """

    account: Account
    number: str
    choices: Choices
    template: Mapping[str, Any]
    start_empty: bool = False
    status: str = ""
    deployed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    owned: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def stack(self) -> str:
        """The name of the stack."""
        return self.choices.stack

    @property
    def is_new(self) -> bool:
        """Whether there is no stack to update."""
        return self.status in ("", *_FAILED)

    @property
    def is_anothers(self) -> bool:
        """Whether the stack of this name has no resource of this product."""
        present = set(self.deployed.get("Resources", {}))
        return bool(present) and not present & set(self.template["Resources"])

    def count(self, kind: str, template: Mapping[str, Any] | None = None) -> int:
        """Return how many resources of a type are in ``template``, or else in the template to be deployed."""
        resources = (self.template if template is None else template).get("Resources", {}).values()
        return sum(resource["Type"] == kind for resource in resources)


def preflight(
    session: Any, choices: Choices, template: Callable[[], Mapping[str, Any]], start_empty: bool
) -> list[Finding]:
    """Return all findings, refusals first. ``template`` is called once the region is known."""
    if not session.region_name:
        return [Refusal("No region is chosen: set AWS_REGION, or `aws configure set region eu-central-1`.")]
    account = Account(session)
    try:
        number = account.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as fault:
        return [_not_let_in(account.region, fault)]
    os.environ["CDK_DEFAULT_REGION"] = account.region
    try:
        made = template()
    except (ContextError, DeclarationError) as refusal:
        return [Refusal(str(refusal))]
    deployment = Deployment(account, number, choices, made, start_empty)
    try:
        deployment = _look(deployment)
    except (BotoCoreError, ClientError) as fault:
        return [_unknown("the stack", fault)]
    found = [finding for name, check in CHECKS.items() for finding in _run(name, check, deployment)]
    return sorted(found, key=lambda finding: isinstance(finding, Note))


def _run(name: str, check: Callable[[Deployment], Iterator[Finding]], deployment: Deployment) -> list[Finding]:
    """Return what a check finds, and a note if AWS did not answer it."""
    found: list[Finding] = []
    try:
        found.extend(check(deployment))
    except (BotoCoreError, ClientError) as fault:
        found.append(_unknown(name, fault))
    return found


def _unknown(name: str, fault: BotoCoreError | ClientError) -> Note:
    if isinstance(fault, ClientError) and _code(fault) in _DENIED:
        operation = cast("Any", fault).operation_name
        return Note(f"Nothing is known of {name}: the credentials do not allow {operation}.")
    return Note(f"Nothing is known of {name}: {fault}")


def _not_let_in(region: str, fault: BotoCoreError | ClientError) -> Refusal:
    if isinstance(fault, ClientError) and _code(fault) in _REFUSED:
        return Refusal(
            f"AWS does not take the credentials in {region} ({_code(fault)}): sign in again, with `aws sso login` or"
            " new keys, and see that the region is switched on for the account."
        )
    if type(fault).__name__ in ("NoCredentialsError", "PartialCredentialsError"):
        return Refusal("There are no credentials: `aws configure`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.")
    return Refusal(f"AWS does not answer in {region}, so check the region and the network: {fault}.")


def _look(deployment: Deployment) -> Deployment:
    """Return the deployment, completed with what is deployed already."""
    formation, name = deployment.account.client("cloudformation"), deployment.stack
    try:
        (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as fault:
        if _code(fault) == "ValidationError":
            return deployment
        raise
    if stack["StackStatus"] == "REVIEW_IN_PROGRESS":  # a change set alone, without resources
        return deployment
    owned = {
        resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
        for page in formation.get_paginator("list_stack_resources").paginate(StackName=name)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceStatus"] not in ("DELETE_COMPLETE", "DELETE_SKIPPED")
    }

    def part(logical_id: str) -> Mapping[str, Any]:
        """Return the template of a nested stack; a failed deployment may have none."""
        return _template(formation, owned[logical_id]) if owned.get(logical_id) else {}

    return replace(
        deployment,
        status=stack["StackStatus"],
        deployed=whole(_template(formation, name), part),
        owned=owned,
    )


def _template(formation: Any, stack: str) -> Mapping[str, Any]:
    """Return the template of a stack, by the name or the id of the stack."""
    return _parsed(formation.get_template(StackName=stack)["TemplateBody"])


class _Templates(yaml.SafeLoader):
    """Read YAML templates, which `cdk import` and other tools write; short forms such as ``!Ref`` are ignored."""


def _tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> str:  # noqa: ARG001
    return suffix


cast("Any", _Templates).add_multi_constructor("!", _tag)


def _parsed(body: Any) -> Mapping[str, Any]:
    """Return a template that CloudFormation returned as a mapping, as JSON or as YAML."""
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return yaml.load(body, _Templates)  # noqa: S506 - a safe loader


def _bootstrap(deployment: Deployment) -> Iterator[Finding]:
    """Check that the region is bootstrapped for the CDK, and that the bootstrap is recent enough."""
    parameter = deployment.template["Parameters"]["BootstrapVersion"]["Default"]
    (assertion,) = deployment.template["Rules"]["CheckBootstrapVersion"]["Assertions"]
    too_old: list[str] = assertion["Assert"]["Fn::Not"][0]["Fn::Contains"][0]
    account, where = deployment.account, f"aws://{deployment.number}/{deployment.account.region}"
    try:
        version = account.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    except ClientError as fault:
        if _code(fault) != "ParameterNotFound":
            raise
        yield Refusal(f"{where} is not bootstrapped for the CDK: run `make bootstrap` once.")
        return
    if version in too_old:
        yield Refusal(
            f"{where} is bootstrapped for an older CDK (version {version}; {int(too_old[-1]) + 1} is needed): run"
            " `make bootstrap`."
        )
    bucket = f"cdk-{parameter.split('/')[2]}-assets-{deployment.number}-{account.region}"
    try:
        account.client("s3").head_bucket(Bucket=bucket)
    except ClientError as fault:
        if _code(fault) not in ("404", "NoSuchBucket"):
            raise
        yield Refusal(
            f"The bucket {bucket} of the bootstrap is gone: delete the stack CDKToolkit and run `make bootstrap`."
        )


def _stack(deployment: Deployment) -> Iterator[Finding]:
    """Check that no earlier deployment has failed half-way or is still running."""
    name, status = deployment.stack, deployment.status
    if deployment.is_anothers:
        yield Refusal(f"The stack {name} is another product's: choose another name, as in `make deploy STACK=images`.")
    elif status in _FAILED:
        yield Refusal(
            f"The stack {name} is in {status}, as its first deployment failed: remove it with `make destroy"
            f" STACK={name}`, then deploy again."
        )
    elif status == "DELETE_FAILED":
        yield Refusal(
            f"The stack {name} is in DELETE_FAILED: see why in its events, fix the cause, and run `make destroy"
            f" STACK={name}` again."
        )
    elif status == "UPDATE_ROLLBACK_FAILED":
        yield Refusal(
            f"The stack {name} is in UPDATE_ROLLBACK_FAILED: see why in its events, fix the cause, and run `aws"
            f" cloudformation continue-update-rollback --stack-name {name}`."
        )
    elif status.endswith("_IN_PROGRESS"):
        yield Refusal(f"The stack {name} is being changed ({status}): wait until that is done.")


def _left(deployment: Deployment) -> Iterator[Finding]:
    """Check for tables and buckets that an earlier deployment left and a new stack would not use."""
    account, name = deployment.account, deployment.stack
    found = kept.kept_names(
        name,
        kept.tables(account.client("dynamodb")),
        kept.buckets(account.client("s3")),
        [*deployment.owned.values(), *deployment.choices.tables.values()],
    )
    if not found:
        return
    said = f"An earlier deployment of {name} has left {', '.join(found)}"
    if not deployment.is_new:
        yield Note(f"{said}, of no use to this one: delete what you no longer need.")
    elif deployment.start_empty:
        yield Note(f"{said}, and this one starts empty beside them.")
    else:
        yield Refusal(
            f"{said}: take them up with `make adopt STACK={name}`, delete them, or leave them and start empty with"
            f" `make deploy STACK={name} START_EMPTY=1`."
        )


def _taken(deployment: Deployment) -> Iterator[Finding]:
    """Check that no other resource has a name that the template chooses."""
    wanted = _chosen_names(deployment)
    present = {
        kind: look(deployment.account, [name for (each, _), name in wanted.items() if each == kind])
        for kind, look in _NAMED.items()
        if any(each == kind for each, _ in wanted)
    }
    for (kind, logical_id), name in wanted.items():
        found = present[kind].get(name)
        if found is not None and deployment.owned.get(logical_id) not in (found, name):
            how = _REMOVED_BY.get(kind, "in CloudFront's console").format(name=name)
            yield Refusal(
                f"The name {name} is taken by an {kind} that is not of the stack {deployment.stack}: remove it ({how}),"
                " or deploy under another name (STACK=…)."
            )


def _chosen_names(deployment: Deployment) -> dict[tuple[str, str], str]:
    """Return the names that must be unique in an account or a region, by type and logical id."""
    found: dict[tuple[str, str], str] = {}
    for logical_id, resource in deployment.template["Resources"].items():
        if resource["Type"] in _NAMED:
            properties = resource["Properties"]
            inner = next((value for key, value in properties.items() if key.endswith("PolicyConfig")), None)
            inner = inner or properties.get("OriginAccessControlConfig") or properties
            name = inner.get("LogGroupName") or inner.get("DashboardName") or inner.get("Name")
            found[resource["Type"], logical_id] = _text(name, deployment)
    return found


def _text(value: Any, deployment: Deployment) -> str:
    """Return a text of the template, with the region and account that CloudFormation would insert."""
    known = {"AWS::Region": deployment.account.region, "AWS::AccountId": deployment.number}
    match value:
        case {"Fn::Join": [str(separator), parts]}:
            return separator.join(_text(part, deployment) for part in cast("list[Any]", parts))
        case {"Ref": str(name)}:
            return known.get(name, name)
        case _:
            return str(value)


def _log_groups(account: Account, names: Sequence[str]) -> dict[str, str]:
    pages = (account.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"] for name in names)
    return {group["logGroupName"]: group["logGroupName"] for page in pages for group in page}


def _dashboards(account: Account, names: Sequence[str]) -> dict[str, str]:
    pages = (account.client("cloudwatch").list_dashboards(DashboardNamePrefix=name) for name in names)
    return {each["DashboardName"]: each["DashboardName"] for page in pages for each in page["DashboardEntries"]}


def _edge_functions(account: Account, names: Sequence[str]) -> dict[str, str]:  # noqa: ARG001
    return {each["Name"]: each["FunctionMetadata"]["FunctionARN"] for each in account.items(*_LISTS["Function"])}


def _cache_policies(account: Account, names: Sequence[str]) -> dict[str, str]:  # noqa: ARG001
    policies = [each["CachePolicy"] for each in account.items(*_LISTS["CachePolicy"], Type="custom")]
    return {each["CachePolicyConfig"]["Name"]: each["Id"] for each in policies}


def _headers_policies(account: Account, names: Sequence[str]) -> dict[str, str]:  # noqa: ARG001
    listed = account.items(*_LISTS["ResponseHeadersPolicy"], Type="custom")
    policies = [each["ResponseHeadersPolicy"] for each in listed]
    return {each["ResponseHeadersPolicyConfig"]["Name"]: each["Id"] for each in policies}


def _access_controls(account: Account, names: Sequence[str]) -> dict[str, str]:  # noqa: ARG001
    return {each["Name"]: each["Id"] for each in account.items(*_LISTS["OriginAccessControl"])}


_LISTS: Mapping[str, tuple[str, str]] = {
    "Function": ("list_functions", "FunctionList"),
    "CachePolicy": ("list_cache_policies", "CachePolicyList"),
    "ResponseHeadersPolicy": ("list_response_headers_policies", "ResponseHeadersPolicyList"),
    "OriginAccessControl": ("list_origin_access_controls", "OriginAccessControlList"),
    "Distribution": ("list_distributions", "DistributionList"),
}
"""The operation with which CloudFront lists each kind, and the field of the response that holds the list."""

_NAMED: Mapping[str, Callable[[Account, Sequence[str]], dict[str, str]]] = {
    "AWS::Logs::LogGroup": _log_groups,
    "AWS::CloudWatch::Dashboard": _dashboards,
    "AWS::CloudFront::Function": _edge_functions,
    "AWS::CloudFront::CachePolicy": _cache_policies,
    "AWS::CloudFront::ResponseHeadersPolicy": _headers_policies,
    "AWS::CloudFront::OriginAccessControl": _access_controls,
}
"""For each type with names that the template chooses: the function that returns the physical ids by name."""

_REMOVED_BY: Mapping[str, str] = {
    "AWS::Logs::LogGroup": "`aws logs delete-log-group --log-group-name {name}`",
    "AWS::CloudWatch::Dashboard": "`aws cloudwatch delete-dashboards --dashboard-names {name}`",
}


def _concurrency(deployment: Deployment) -> Iterator[Finding]:
    """Check that the settings and reservations fit the concurrent executions of the account."""
    limits = deployment.account.client("lambda").get_account_settings()["AccountLimit"]
    limit: int = limits["ConcurrentExecutions"]
    # An update makes a function with another name before it removes the one with the old name.
    staying = deployment.template["Resources"].keys()
    wanted, ours = _reserved(deployment.template), _reserved(deployment.deployed, staying)
    others = limit - limits["UnreservedConcurrentExecutions"] - ours
    if wanted and limit - others - wanted < _UNRESERVED:
        yield Refusal(
            f"reserved_concurrency takes {wanted} of the {limit} executions of the account, of which {others} are"
            f" reserved already and {_UNRESERVED} stay unreserved: reserve {max(0, limit - others - _UNRESERVED)} at"
            f" most, or ask for more with {_RAISE_CONCURRENCY}."
        )
    render, good = Settings(**deployment.choices.settings).render_concurrency, max(2, limit // 10)
    said = f"render_concurrency lets renditions take {render} of the {limit} executions of the account"
    if render > limit // 2:
        yield Refusal(
            f"{said}, and the API may come to a stop: set it to {good} in the settings, or ask for more with"
            f" {_RAISE_CONCURRENCY}."
        )
    elif render > good:
        yield Note(f"{said}: {good} would be a tenth of them.")


def _reserved(template: Mapping[str, Any], among: Collection[str] | None = None) -> int:
    """Return how many executions the functions of a template reserve, all of them or those ``among`` some names."""
    return sum(
        resource.get("Properties", {}).get("ReservedConcurrentExecutions", 0)
        for name, resource in template.get("Resources", {}).items()
        if resource["Type"] == "AWS::Lambda::Function" and (among is None or name in among)
    )


def _limits(deployment: Deployment) -> Iterator[Finding]:
    """Check the quotas of the account and the region. A quota that may have been raised causes only a note."""
    account = deployment.account
    summary = account.client("iam").get_account_summary()["SummaryMap"]
    new = _growth(deployment, "AWS::IAM::Role")
    if summary["Roles"] + new > summary["RolesQuota"]:
        yield Refusal(
            f"The account has {summary['Roles']} of {summary['RolesQuota']} roles, and {new} more are needed: delete"
            " some, or ask for more in Service Quotas (IAM, roles per account)."
        )
    settings = account.client("lambda").get_account_settings()
    if settings["AccountUsage"]["TotalCodeSize"] + 200_000_000 > settings["AccountLimit"]["TotalCodeSize"]:
        yield Refusal(
            "The functions and layers of the region take nearly all that Lambda stores: delete old versions, or ask for"
            " more in Service Quotas (Lambda, function and layer storage)."
        )
    for kind, (usual, what) in _USUAL.items():
        needed = _growth(deployment, kind)
        present = _COUNTED[kind](account) if needed > 0 else 0
        if needed > 0 and present + needed > usual:
            yield Note(
                f"There are {present} {what} and {needed} more are needed; {usual} are usual: see in Service Quotas"
                " whether there may be more."
            )


def _growth(deployment: Deployment, kind: str) -> int:
    present: Mapping[str, Any] = {} if deployment.is_new else deployment.deployed
    return deployment.count(kind) - deployment.count(kind, present)


def _apis(account: Account) -> int:
    pages = account.client("apigateway").get_paginator("get_rest_apis").paginate()
    return sum(len(page["items"]) for page in pages)


_COUNTED: Mapping[str, Callable[[Account], int]] = {
    "AWS::CloudFront::CachePolicy": lambda account: len(_cache_policies(account, ())),
    "AWS::CloudFront::ResponseHeadersPolicy": lambda account: len(_headers_policies(account, ())),
    "AWS::CloudFront::OriginAccessControl": lambda account: len(_access_controls(account, ())),
    "AWS::CloudFront::Function": lambda account: len(_edge_functions(account, ())),
    "AWS::CloudFront::Distribution": lambda account: len(account.items(*_LISTS["Distribution"])),
    "AWS::DynamoDB::Table": lambda account: len(kept.tables(account.client("dynamodb"))),
    "AWS::S3::Bucket": lambda account: len(kept.buckets(account.client("s3"))),
    "AWS::ApiGateway::RestApi": _apis,
}


def _cdn(deployment: Deployment) -> Iterator[Finding]:
    """Check that the domain is on no other distribution; note that a new account may need to be verified."""
    distributions = deployment.account.items(*_LISTS["Distribution"])
    domain, ours = deployment.choices.domain, set(deployment.owned.values())
    if not distributions:
        yield Note(
            "The account has no distribution yet. CloudFront wants new accounts verified, which cannot be looked up: if"
            " the deployment fails with 'Your account must be verified', open a case with AWS Support (Account and"
            f" billing), run `make destroy STACK={deployment.stack}`, and deploy again when it is answered."
        )
    for each in distributions:
        aliases = each.get("Aliases", {}).get("Items", [])
        if domain and domain.name in aliases and each["Id"] not in ours:
            yield Refusal(
                f"The domain {domain.name} is that of the distribution {each['Id']} already: remove it there, or choose"
                " another one."
            )


def _log_role(deployment: Deployment) -> Iterator[Finding]:
    """Check that the role with which API Gateway logs, one for each account and region, is there and stays."""
    arn: str = deployment.account.client("apigateway").get_account().get("cloudwatchRoleArn", "")
    role = arn.rpartition("/")[2] if arn and _is_there(deployment.account, arn.rpartition("/")[2]) else ""
    if not deployment.count("AWS::ApiGateway::Account"):
        if not role:
            yield Refusal(
                "API Gateway has no role to log with in this region, and api_log_role is false: leave it out, so that"
                " this deployment sets one."
            )
    elif role and role not in deployment.owned.values():
        said = (
            f"API Gateway logs with the role {role} for all APIs of this region, and this deployment would replace it"
        )
        if role.startswith(f"{deployment.stack}-Api"):
            yield Note(f"{said}, as an earlier deployment of {deployment.stack} has made it: delete it afterwards.")
        elif deployment.choices.api_log_role is None:
            yield Refusal(
                f'{said}: set "api_log_role": false in the context (of this deployment, in cdk.json) to keep it, or to'
                " true to replace it."
            )
        else:
            yield Note(f"{said}, as api_log_role is true.")


def _is_there(account: Account, role: str) -> bool:
    try:
        account.client("iam").get_role(RoleName=role)
    except ClientError as fault:
        if _code(fault) == "NoSuchEntity":
            return False
        raise
    return True


def _domain(deployment: Deployment) -> Iterator[Finding]:
    """Check the certificate and the hosted zone of the domain."""
    domain = deployment.choices.domain
    if domain is None:
        return
    if domain.hosted_zone:
        yield from _zone(deployment.account, domain.name, domain.hosted_zone)
    if not domain.certificate_arn:
        return
    try:
        certificate = deployment.account.client("acm", CDN_REGION).describe_certificate(
            CertificateArn=domain.certificate_arn
        )["Certificate"]
    except ClientError as fault:
        if _code(fault) != "ResourceNotFoundException":
            raise
        yield Refusal(f"There is no certificate {domain.certificate_arn} in this account: name another one.")
        return
    names = [certificate["DomainName"], *certificate.get("SubjectAlternativeNames", [])]
    if certificate["Status"] != "ISSUED":
        yield Refusal(
            f"The certificate of the domain is in {certificate['Status']}: prove it (its DNS record is in the console"
            " of ACM, us-east-1), and deploy when it is ISSUED."
        )
    if not any(_covers(name, domain.name) for name in names):
        yield Refusal(
            f"The certificate is for {', '.join(sorted(set(names)))}, not for {domain.name}: name another one."
        )


def _zone(account: Account, name: str, zone: str) -> Iterator[Finding]:
    try:
        found = account.client("route53").get_hosted_zone(Id=zone)["HostedZone"]
    except ClientError as fault:
        if _code(fault) != "NoSuchHostedZone":
            raise
        yield Refusal(
            f"There is no hosted zone {zone} in this account: `aws route53 list-hosted-zones` prints the ids."
        )
        return
    apex = found["Name"].rstrip(".")
    if name != apex and not name.endswith(f".{apex}"):
        yield Refusal(f"The hosted zone {zone} is that of {apex}, which {name} is not in: name the zone of the domain.")
    elif found.get("Config", {}).get("PrivateZone"):
        yield Refusal(f"The hosted zone {zone} of {apex} is private: name the public one.")


def _covers(pattern: str, name: str) -> bool:
    """Return whether a name in a certificate covers ``name``; an asterisk stands for one label."""
    return fnmatchcase(name, pattern) and name.count(".") == pattern.count(".")


def _firewall(deployment: Deployment) -> Iterator[Finding]:
    """Check that the web ACL exists."""
    arn = deployment.choices.web_acl_arn
    if not arn:
        return
    name, identifier = arn.split("/")[-2:]
    try:
        deployment.account.client("wafv2", CDN_REGION).get_web_acl(Name=name, Scope="CLOUDFRONT", Id=identifier)
    except ClientError as fault:
        if _code(fault) != "WAFNonexistentItemException":
            raise
        yield Refusal(
            f"There is no web ACL {name} for CloudFront in this account: `aws wafv2 list-web-acls --scope CLOUDFRONT"
            " --region us-east-1` prints the ARNs."
        )


def _tables(deployment: Deployment) -> Iterator[Finding]:
    """Check that the tables to be used in place of the stack's exist and are active."""
    for what, name in deployment.choices.tables.items():
        try:
            table = deployment.account.client("dynamodb").describe_table(TableName=name)["Table"]
        except ClientError as fault:
            if _code(fault) != "ResourceNotFoundException":
                raise
            yield Refusal(
                f"There is no table {name}, which is to hold {what} (tables in the context): name another one."
            )
            continue
        if table["TableStatus"] != "ACTIVE":
            yield Refusal(
                f"The table {name}, which is to hold {what}, is in {table['TableStatus']}: wait until ACTIVE."
            )


def _update(deployment: Deployment) -> Iterator[Finding]:
    """Check that one update can make all changes to the deployed tables, buckets and keys."""
    if deployment.is_new or deployment.is_anothers:
        return
    beside = [f"Storage{name.capitalize()}Table" for name in deployment.choices.tables]
    deployed = extract(deployment.deployed)
    deployed["Resources"] = {
        name: resource for name, resource in deployed["Resources"].items() if not name.startswith(tuple(beside))
    }
    yield from (Refusal(sentence) for sentence in obstacles(deployed, deployment.template))


CHECKS: Mapping[str, Callable[[Deployment], Iterator[Finding]]] = {
    "the bootstrap": _bootstrap,
    "the stack": _stack,
    "what earlier deployments have left": _left,
    "the names that are taken": _taken,
    "the functions that may run at once": _concurrency,
    "the limits of the account": _limits,
    "the CDN": _cdn,
    "the role that API Gateway logs with": _log_role,
    "the domain": _domain,
    "the firewall": _firewall,
    "the tables beside the stack": _tables,
    "what is to be updated": _update,
}


def _code(fault: ClientError) -> str:
    response: Mapping[str, Any] = cast("Any", fault).response
    return str(response.get("Error", {}).get("Code", ""))


def main() -> int:
    """Print the findings; return 1 if one of them is a refusal."""
    parser = argparse.ArgumentParser(description="Check whether the account can take the deployment.")
    parser.add_argument(
        "--start-empty", action="store_true", help="accept that tables and buckets of an earlier deployment stay unused"
    )
    start_empty: bool = parser.parse_args().start_empty
    try:
        session = new_session()
        choices = app.chosen()
    except ContextError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except BotoCoreError as fault:
        print(f"The credentials cannot be read, so see to AWS_PROFILE: {fault}.", file=sys.stderr)
        return 1
    return report(preflight(session, choices, app.synthesized, start_empty), choices.stack)


def report(found: Sequence[Finding], stack: str) -> int:
    """Print the findings; return the exit status."""
    for finding in found:
        if isinstance(finding, Note):
            print(f"Note: {finding.text}")
        else:
            print(finding.text, file=sys.stderr)
    refused = any(isinstance(finding, Refusal) for finding in found)
    print(f"{stack} cannot be deployed yet." if refused else f"Nothing stands in the way of deploying {stack}.")
    return int(refused)


if __name__ == "__main__":
    sys.exit(main())
