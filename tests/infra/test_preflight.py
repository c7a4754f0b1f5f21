"""What stands in the way of a deployment, each shown once by an account that is not as it has to be.

The clients are botocore's own, which check what they are asked; the account answers from a table, and what it answers
is checked against the services' models too.
"""

import copy
import importlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
import yaml
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from botocore.validate import ParamValidator

from infra import app
from infra.context import Choices, ContextError, choose
from infra.preflight import Finding, Note, Refusal, main, preflight, report
from infra.whole import whole
from tests.infra.conftest import Synthesized
from tests.infra.test_context import CERTIFICATE, WEB_ACL, ZONE

ACCOUNT = "123456789012"
REGION = "eu-central-1"
STACK = "Constellation"
ROLE = f"{STACK}-ApiRestCloudWatchRole-1ABC"
NAME = "images.example.org"

Answer = Mapping[str, Any] | Exception | Callable[[dict[str, Any]], "Answer"]
Answers = dict[tuple[str, str], Answer]


class Error(Exception):
    """What a service answers instead; ``code`` is its own word for it."""

    def __init__(self, code: str) -> None:
        self.code = code


NEW: Answers = {
    ("sts", "GetCallerIdentity"): {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/ada", "UserId": "A"},
    ("cloudformation", "DescribeStacks"): Error("ValidationError"),
    ("ssm", "GetParameter"): {"Parameter": {"Value": "21"}},
    ("s3", "HeadBucket"): {},
    ("s3", "ListBuckets"): {"Buckets": [{"Name": f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"}]},
    ("dynamodb", "ListTables"): {"TableNames": ["orders", "Constellation", "constellation-StorageImagesTable1-A"]},
    ("logs", "DescribeLogGroups"): {"logGroups": []},
    ("cloudwatch", "ListDashboards"): {"DashboardEntries": []},
    ("cloudfront", "ListFunctions"): {"FunctionList": {"MaxItems": 100, "Quantity": 0}},
    ("cloudfront", "ListCachePolicies"): {"CachePolicyList": {"MaxItems": 100, "Quantity": 0}},
    ("cloudfront", "ListResponseHeadersPolicies"): {"ResponseHeadersPolicyList": {"MaxItems": 100, "Quantity": 0}},
    ("cloudfront", "ListOriginAccessControls"): {
        "OriginAccessControlList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0}
    },
    ("cloudfront", "ListDistributions"): lambda _: _distributions("E1"),
    ("lambda", "GetAccountSettings"): lambda _: _functions(1000, 1000),
    ("iam", "GetAccountSummary"): {"SummaryMap": {"Roles": 20, "RolesQuota": 1000}},
    ("iam", "GetRole"): Error("NoSuchEntity"),
    ("apigateway", "GetAccount"): {},
    ("apigateway", "GetRestApis"): {"items": []},
    ("route53", "GetHostedZone"): lambda _: _zone("example.org."),
    ("acm", "DescribeCertificate"): lambda _: _certificate(NAME),
    ("wafv2", "GetWebACL"): {},
    ("dynamodb", "DescribeTable"): {"Table": {"TableStatus": "ACTIVE"}},
}
"""An account that is ready for a first deployment."""


def _distributions(*ids: str, alias: str = "") -> dict[str, Any]:
    items = [_distribution(each, alias) for each in ids]
    held = {"Items": items} if items else {}
    return {"DistributionList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": len(ids), **held}}


def _distribution(identifier: str, alias: str) -> dict[str, Any]:
    return {"Id": identifier, "Aliases": {"Quantity": 1, "Items": [alias]} if alias else {"Quantity": 0}}


def _functions(limit: int, unreserved: int, stored: int = 0) -> dict[str, Any]:
    return {
        "AccountLimit": {
            "ConcurrentExecutions": limit,
            "UnreservedConcurrentExecutions": unreserved,
            "TotalCodeSize": 80_000_000_000,
        },
        "AccountUsage": {"TotalCodeSize": stored, "FunctionCount": 5},
    }


def _zone(name: str, *, private: bool = False) -> dict[str, Any]:
    return {"HostedZone": {"Id": ZONE, "Name": name, "CallerReference": "x", "Config": {"PrivateZone": private}}}


def _certificate(name: str, *others: str, status: str = "ISSUED") -> dict[str, Any]:
    return {"Certificate": {"DomainName": name, "SubjectAlternativeNames": [name, *others], "Status": status}}


def _stack(status: str) -> dict[str, Any]:
    return {"Stacks": [{"StackName": STACK, "StackStatus": status, "CreationTime": "2026-01-01T00:00:00Z"}]}


def _policies(count: int, kind: str) -> dict[str, Any]:
    items = [{"Type": "custom", kind: {"Id": f"P{n}", f"{kind}Config": {"Name": f"n{n}"}}} for n in range(count)]
    return {f"{kind}List": {"MaxItems": 100, "Quantity": count, "Items": items}}


class Session:
    """The account: clients as boto3's session makes them."""

    region_name: str | None = REGION
    clients: Mapping[tuple[str, str], Any] = {}

    def __init__(self) -> None:
        self.answers = dict(NEW)
        self.asked: list[tuple[str, str, str]] = []
        self._made: dict[tuple[str, str], Any] = {}
        sdk: Any = importlib.import_module("boto3")
        self._session = sdk.Session("ada", "secret", region_name=REGION)

    def client(self, service: str, region_name: str) -> Any:
        key = (service, region_name)
        if key not in self._made:
            client: Any = self._session.client(service, region_name=region_name)

            def answer(model: Any, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, Mapping[str, Any]]:
                self.asked.append((service, region_name, model.name))
                found = self.answers[service, model.name]
                while callable(found):
                    found = found(params)
                if isinstance(found, Error):
                    error = {"Error": {"Code": found.code, "Message": "as the account says"}}
                    return AWSResponse("", 400, dict[str, str](), None), error
                if isinstance(found, Exception):
                    raise found
                _check(model, found)
                return AWSResponse("", 200, dict[str, str](), None), copy.deepcopy(found)

            client.meta.events.register("before-call.*.*", answer)
            self._made[key] = client
        return self._made[key]


def _check(model: Any, answer: Mapping[str, Any]) -> None:
    """The answer is one that the service's model knows; what it leaves out does not matter here."""
    known = set(model.output_shape.members) if model.output_shape else set[str]()
    assert set(answer) <= known, (model.name, set(answer) - known)
    if model.output_shape:
        validator: Any = ParamValidator()
        wrong = [each for each in validator.validate(answer, model.output_shape)._errors if each[0] != _LEFT_OUT]
        assert wrong == [], (model.name, wrong)


_LEFT_OUT = "missing required field"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CDK_DEFAULT_REGION", "")  # the preflight sets it, and here it is taken back
    return _shared(monkeypatch)


_MADE: list[Session] = []


def _shared(monkeypatch: pytest.MonkeyPatch) -> Session:
    """One session, as clients are dear to make, with fresh answers."""
    if not _MADE:
        _MADE.append(Session())
    (session,) = _MADE
    session.answers = dict(NEW)
    session.asked.clear()
    return session


def _choices(**said: object) -> Choices:
    return choose({**app.context(), **said})


@pytest.fixture
def look(session: Session, aws: Synthesized) -> Callable[..., list[Finding]]:
    """The preflight of the template, or of a changed one."""

    def find(
        choices: Choices | None = None, template: Mapping[str, Any] | None = None, *, start_empty: bool = False
    ) -> list[Finding]:
        made = aws.template if template is None else template
        return preflight(session, choices or _choices(), lambda: made, start_empty)

    return find


def _deployed(session: Session, template: Mapping[str, Any], status: str = "UPDATE_COMPLETE", **owned: str) -> None:
    """There is a stack of this template already."""
    made = {
        name: owned.get(name) or _text(resource) or f"{STACK}-{name}-1ABC"
        for name, resource in template["Resources"].items()
    }
    session.answers["cloudformation", "DescribeStacks"] = _stack(status)
    session.answers["cloudformation", "GetTemplate"] = {"TemplateBody": json.dumps(template)}
    session.answers["cloudformation", "ListStackResources"] = {
        "StackResourceSummaries": [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": physical,
                "ResourceType": template["Resources"][name]["Type"],
                "ResourceStatus": "CREATE_COMPLETE",
                "LastUpdatedTimestamp": "2026-01-01T00:00:00Z",
            }
            for name, physical in made.items()
        ]
    }


def _text(resource: Mapping[str, Any]) -> str:
    name = resource.get("Properties", {}).get("LogGroupName", "")
    return name if isinstance(name, str) else ""


def _only(found: list[Finding]) -> str:
    """The one thing that was found, a refusal in one sentence."""
    (finding,) = found
    assert isinstance(finding, Refusal)
    assert finding.text.endswith(".")
    assert "\n" not in finding.text
    return finding.text


Look = Callable[..., list[Finding]]


def test_an_account_that_is_ready_is_told_nothing(session: Session, look: Look) -> None:
    assert look() == []
    regions = {(service, region) for service, region, _ in session.asked}
    assert {region for _, region in regions} == {REGION}


def test_a_deployment_that_stands_can_be_repeated(session: Session, look: Look, aws: Synthesized) -> None:
    _deployed(session, aws.template)
    session.answers["dynamodb", "ListTables"] = {
        "TableNames": [
            f"{STACK}-{name}-1ABC"
            for name, resource in aws.template["Resources"].items()
            if resource["Type"] == "AWS::DynamoDB::Table"
        ]
    }
    session.answers["logs", "DescribeLogGroups"] = lambda asked: {
        "logGroups": [{"logGroupName": f"/{STACK}/{kind}"} for kind in ("api", "functions")]
    }
    (role,) = (name for name in aws.template["Resources"] if name.startswith("ApiRestCloudWatchRole"))
    session.answers["apigateway", "GetAccount"] = {
        "cloudwatchRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{STACK}-{role}-1ABC"
    }
    session.answers["iam", "GetRole"] = {}
    assert look() == []


def test_a_region_has_to_be_chosen(session: Session, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "region_name", None)
    assert _only(look()).startswith("No region is chosen: set AWS_REGION")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (NoCredentialsError(), "There are no credentials: `aws configure`"),
        (Error("ExpiredToken"), "AWS does not take the credentials in eu-central-1 (ExpiredToken): sign in again"),
        (Error("InvalidClientTokenId"), "new keys, and see that the region is switched on for the account"),
        (EndpointConnectionError(endpoint_url="https://sts"), "AWS does not answer in eu-central-1"),
    ],
)
def test_the_credentials_have_to_be_good(session: Session, look: Look, answer: Answer, told: str) -> None:
    session.answers["sts", "GetCallerIdentity"] = answer
    assert told in _only(look())


def test_what_the_context_asks_for_has_to_be_there(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Mapping[str, Any]:
        raise ContextError("the context: nothing reads 'setings'.")

    assert _only(preflight(session, _choices(), refuse, False)) == "the context: nothing reads 'setings'."


def test_the_region_of_the_credentials_is_the_one_that_a_certificate_is_judged_by(session: Session) -> None:
    domain = {"name": NAME, "hosted_zone": ZONE}

    def template() -> Mapping[str, Any]:
        _choices(domain=domain)
        return {}

    assert "this stack goes to eu-central-1" in _only(preflight(session, _choices(), template, False))


STANDING: list[tuple[tuple[str, str], Answer, str]] = [
    (("ssm", "GetParameter"), Error("ParameterNotFound"), "is not bootstrapped for the CDK: run `make bootstrap`"),
    (("ssm", "GetParameter"), {"Parameter": {"Value": "5"}}, "an older CDK (version 5; 6 is needed)"),
    (("s3", "HeadBucket"), Error("404"), "The bucket cdk-hnb659fds-assets-123456789012-eu-central-1 of the boot"),
    (
        ("lambda", "GetAccountSettings"),
        _functions(10, 10),
        "lets renditions take 50 of the 10 executions of the account, and the API may come to a stop: set it to 2",
    ),
    (("iam", "GetAccountSummary"), {"SummaryMap": {"Roles": 995, "RolesQuota": 1000}}, "has 995 of 1000 roles"),
    (
        ("lambda", "GetAccountSettings"),
        _functions(1000, 1000, 79_900_000_000),
        "take nearly all that Lambda stores",
    ),
    (
        ("dynamodb", "ListTables"),
        {"TableNames": [f"{STACK}-StorageImagesTable12AB34CD-1XYZ"]},
        "has left Constellation-StorageImagesTable12AB34CD-1XYZ: take them up with `make adopt",
    ),
    (
        ("s3", "ListBuckets"),
        {"Buckets": [{"Name": "constellation-storageoriginalsbucket12ab34cd-xyz"}]},
        "has left constellation-storageoriginalsbucket12ab34cd-xyz: take them up",
    ),
    (
        ("logs", "DescribeLogGroups"),
        lambda asked: {"logGroups": [{"logGroupName": f"/{STACK}/api{more}"} for more in ("", "2")]},
        "The name /Constellation/api is taken by an AWS::Logs::LogGroup that is not of the stack Constellation:"
        " remove it (`aws logs delete-log-group --log-group-name /Constellation/api`)",
    ),
    (
        ("cloudwatch", "ListDashboards"),
        {"DashboardEntries": [{"DashboardName": f"{STACK}-{REGION}"}]},
        "The name Constellation-eu-central-1 is taken by an AWS::CloudWatch::Dashboard",
    ),
]


@pytest.mark.parametrize(("call", "answer", "told"), STANDING)
def test_what_stands_in_the_way(session: Session, look: Look, call: tuple[str, str], answer: Answer, told: str) -> None:
    session.answers[call] = answer
    assert told in _only(look())


NAMES: list[tuple[str, str, Callable[[str], Mapping[str, Any]]]] = [
    (
        "AWS::CloudFront::Function",
        "ListFunctions",
        lambda name: {
            "FunctionList": {
                "MaxItems": 9,
                "Quantity": 1,
                "Items": [{"Name": name, "FunctionMetadata": {"FunctionARN": "arn"}}],
            }
        },
    ),
    (
        "AWS::CloudFront::CachePolicy",
        "ListCachePolicies",
        lambda name: {
            "CachePolicyList": {
                "Items": [{"CachePolicy": {"Id": "P", "CachePolicyConfig": {"Name": name, "MinTTL": 0}}}]
            }
        },
    ),
    (
        "AWS::CloudFront::ResponseHeadersPolicy",
        "ListResponseHeadersPolicies",
        lambda name: {
            "ResponseHeadersPolicyList": {
                "Items": [{"ResponseHeadersPolicy": {"Id": "P", "ResponseHeadersPolicyConfig": {"Name": name}}}]
            }
        },
    ),
    (
        "AWS::CloudFront::OriginAccessControl",
        "ListOriginAccessControls",
        lambda name: {"OriginAccessControlList": {"Items": [{"Id": "O", "Name": name}]}},
    ),
]


@pytest.mark.parametrize(("kind", "operation", "listed"), NAMES)
def test_names_at_the_cdn_can_be_taken_too(
    session: Session,
    look: Look,
    aws: Synthesized,
    kind: str,
    operation: str,
    listed: Callable[[str], Mapping[str, Any]],
) -> None:
    properties = next(iter(aws.resources(kind).values()))
    inner = next(
        (value for key, value in properties.items() if key.endswith(("PolicyConfig", "ControlConfig"))), properties
    )
    name = "".join(part if isinstance(part, str) else REGION for part in inner["Name"]["Fn::Join"][1])
    session.answers["cloudfront", operation] = listed(name)
    assert f"The name {name} is taken by an {kind}" in _only(look())


def test_every_page_is_read(session: Session, look: Look, aws: Synthesized) -> None:
    properties, *_ = aws.resources("AWS::CloudFront::CachePolicy").values()
    name = "".join(
        part if isinstance(part, str) else REGION for part in properties["CachePolicyConfig"]["Name"]["Fn::Join"][1]
    )

    def pages(asked: dict[str, Any]) -> Answer:
        if "Marker" in asked["url"] or asked.get("query_string", {}).get("Marker"):
            return {
                "CachePolicyList": {
                    "Items": [{"CachePolicy": {"Id": "P", "CachePolicyConfig": {"Name": name, "MinTTL": 0}}}]
                }
            }
        return {"CachePolicyList": {"Items": [], "NextMarker": "more"}}

    session.answers["cloudfront", "ListCachePolicies"] = pages
    assert name in _only(look())


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("ROLLBACK_COMPLETE", "its first deployment failed: remove it with `make destroy STACK=Constellation`"),
        ("ROLLBACK_FAILED", "its first deployment failed"),
        ("CREATE_FAILED", "its first deployment failed"),
        ("IMPORT_ROLLBACK_FAILED", "its first deployment failed"),
        ("DELETE_FAILED", "see why in its events, fix the cause, and run `make destroy STACK=Constellation` again"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name Constellation"),
        ("UPDATE_IN_PROGRESS", "is being changed (UPDATE_IN_PROGRESS): wait until that is done"),
        ("DELETE_IN_PROGRESS", "is being changed"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "is being changed"),
    ],
)
def test_a_stack_that_did_not_end_well(session: Session, look: Look, aws: Synthesized, status: str, told: str) -> None:
    _deployed(session, aws.template, status)
    assert told in _only(look())


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"])
def test_a_stack_that_can_be_updated(session: Session, look: Look, aws: Synthesized, status: str) -> None:
    _deployed(session, aws.template, status)
    assert look() == []


def test_a_change_set_that_was_never_executed_is_no_stack(session: Session, look: Look) -> None:
    session.answers["cloudformation", "DescribeStacks"] = _stack("REVIEW_IN_PROGRESS")
    assert look() == []


def test_an_imported_stacks_template_is_yaml(session: Session, look: Look, aws: Synthesized) -> None:
    """Of `cdk import` it is; others write it by hand, with tags."""
    _deployed(session, aws.template, "IMPORT_COMPLETE")
    everything = copy.deepcopy(aws.template["Resources"])
    resources = {name: each for name, each in everything.items() if each["Type"] == "AWS::DynamoDB::Table"}
    session.answers["cloudformation", "GetTemplate"] = {"TemplateBody": yaml.safe_dump({"Resources": resources})}
    assert look() == []
    (images,) = (name for name in resources if name.startswith("StorageImagesTable"))
    del resources[images]["Properties"]["GlobalSecondaryIndexes"][:2]
    session.answers["cloudformation", "GetTemplate"] = {"TemplateBody": yaml.safe_dump({"Resources": resources})}
    assert "takes one index an update" in _only(look())
    shop = "Resources: {Shop: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::Region}', X: !GetAtt A.B}}}"
    session.answers["cloudformation", "GetTemplate"] = {"TemplateBody": shop}
    assert "is another product's" in _only(look())


def test_another_products_stack_is_left_alone(session: Session, look: Look) -> None:
    """CloudFormation would remove all that is in it."""
    _deployed(session, {"Resources": {"Shop": {"Type": "AWS::DynamoDB::Table", "Properties": {}}}})
    assert _only(look()).startswith("The stack Constellation is another product's: choose another name")


def test_a_failed_first_deployment_is_told_of_what_it_has_left(session: Session, look: Look, aws: Synthesized) -> None:
    _deployed(session, aws.template, "ROLLBACK_COMPLETE")
    listed = cast("dict[str, Any]", session.answers["cloudformation", "ListStackResources"])
    for resource in listed["StackResourceSummaries"]:
        resource["ResourceStatus"] = "DELETE_SKIPPED" if "Table" in resource["LogicalResourceId"] else "DELETE_COMPLETE"
    session.answers["dynamodb", "ListTables"] = {"TableNames": [f"{STACK}-StorageImagesTable12AB34CD-1XYZ"]}
    first, second = (finding.text for finding in look())
    assert "first deployment failed" in first
    assert "has left Constellation-StorageImagesTable12AB34CD-1XYZ" in second


def test_what_is_left_does_not_hinder_who_wants_to_start_empty(session: Session, look: Look, aws: Synthesized) -> None:
    session.answers["dynamodb", "ListTables"] = {"TableNames": [f"{STACK}-StorageImagesTable12AB34CD-1XYZ"]}
    (note,) = look(start_empty=True)
    assert isinstance(note, Note)
    assert "this one starts empty beside them" in note.text
    _deployed(session, aws.template)
    (note,) = look()
    assert isinstance(note, Note)
    assert "of no use to this one" in note.text
    beside = _choices(tables={"images": f"{STACK}-StorageImagesTable12AB34CD-1XYZ"})
    assert look(beside) == []


def test_what_is_left_of_other_deployments_is_theirs(session: Session, look: Look) -> None:
    session.answers["dynamodb", "ListTables"] = {"TableNames": ["Constellation-eu-StorageImagesTable12AB34CD-1XYZ"]}
    session.answers["s3", "ListBuckets"] = {"Buckets": [{"Name": "staging-storageoriginalsbucket12ab34cd-xyz"}]}
    assert look() == []


def test_reservations_leave_a_hundred_executions(session: Session, look: Look, aws: Synthesized) -> None:
    reserving = copy.deepcopy(aws.template)
    name = next(each for each in aws.resources("AWS::Lambda::Function"))
    reserving["Resources"][name]["Properties"]["ReservedConcurrentExecutions"] = 850
    assert look(template=reserving) == []
    session.answers["lambda", "GetAccountSettings"] = _functions(1000, 940)
    told = _only(look(template=reserving))
    assert "takes 850 of the 1000 executions of the account, of which 60 are reserved already" in told
    assert "reserve 840 at most" in told
    _deployed(session, reserving)
    session.answers["lambda", "GetAccountSettings"] = _functions(1000, 150)  # its own reservation is among them
    assert look(template=reserving) == []
    reserving["Resources"]["AnotherFunction"] = reserving["Resources"].pop(name)  # both are there during the update
    assert "of which 850 are reserved already" in _only(look(template=reserving))


@pytest.mark.parametrize(("limit", "found"), [(10, Refusal), (99, Refusal), (100, Note), (499, Note), (500, None)])
def test_renditions_leave_room_for_the_api(
    session: Session, look: Look, limit: int, found: type[Finding] | None
) -> None:
    session.answers["lambda", "GetAccountSettings"] = _functions(limit, limit)
    assert [type(each) for each in look()] == ([found] if found else [])
    assert look(_choices(settings={"render_concurrency": max(2, limit // 10)})) == []


@pytest.mark.parametrize(
    ("call", "answer", "told"),
    [
        (
            ("cloudfront", "ListCachePolicies"),
            _policies(20, "CachePolicy"),
            "There are 20 cache policies of the account and 4 more are needed; 20 are usual",
        ),
        (
            ("cloudfront", "ListResponseHeadersPolicies"),
            _policies(19, "ResponseHeadersPolicy"),
            "There are 19 response headers policies of the account and 5 more are needed; 20 are usual",
        ),
        (("dynamodb", "ListTables"), {"TableNames": [f"table-{n}" for n in range(2499)]}, "2499 tables of the region"),
        (("cloudfront", "ListDistributions"), _distributions(), "CloudFront wants new accounts verified"),
    ],
)
def test_what_may_stand_in_the_way_is_noted(
    session: Session, look: Look, call: tuple[str, str], answer: Answer, told: str
) -> None:
    session.answers[call] = answer
    (note,) = look()
    assert isinstance(note, Note)
    assert told in note.text


def test_a_role_of_somebody_else_is_not_replaced_unasked(session: Session, look: Look, aws: Synthesized) -> None:
    session.answers["apigateway", "GetAccount"] = {"cloudwatchRoleArn": f"arn:aws:iam::{ACCOUNT}:role/service/logger"}
    assert look() == []  # the role has been deleted
    session.answers["iam", "GetRole"] = {}
    assert 'the role logger for all APIs of this region, and this deployment would replace it: set "api_log_' in _only(
        look()
    )
    (note,) = look(_choices(api_log_role=True))
    assert isinstance(note, Note)
    session.answers["apigateway", "GetAccount"] = {"cloudwatchRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"}
    (note,) = look()
    assert isinstance(note, Note)  # it writes as the new one does
    assert "an earlier deployment of Constellation has made it: delete it afterwards" in note.text
    without = copy.deepcopy(aws.template)
    without["Resources"] = {
        name: each for name, each in without["Resources"].items() if each["Type"] != "AWS::ApiGateway::Account"
    }
    assert look(_choices(api_log_role=False), without) == []


def test_without_a_role_the_gateway_cannot_log(session: Session, look: Look, aws: Synthesized) -> None:
    without = copy.deepcopy(aws.template)
    without["Resources"] = {
        name: each for name, each in without["Resources"].items() if each["Type"] != "AWS::ApiGateway::Account"
    }
    for account in ({}, {"cloudwatchRoleArn": f"arn:aws:iam::{ACCOUNT}:role/gone"}):
        session.answers["apigateway", "GetAccount"] = account
        assert "has no role to log with in this region, and api_log_role is false" in _only(
            look(_choices(api_log_role=False), without)
        )


@pytest.mark.parametrize(
    ("call", "answer", "told"),
    [
        (
            ("cloudfront", "ListDistributions"),
            _distributions("E1", alias=NAME),
            "is that of the distribution E1 already",
        ),
        (("acm", "DescribeCertificate"), Error("ResourceNotFoundException"), "There is no certificate arn:aws:acm"),
        (
            ("acm", "DescribeCertificate"),
            _certificate(NAME, status="PENDING_VALIDATION"),
            "The certificate of the domain is in PENDING_VALIDATION: prove it",
        ),
        (("acm", "DescribeCertificate"), _certificate("example.org", "*.b.example.org"), f"not for {NAME}"),
        (("acm", "DescribeCertificate"), _certificate("*.org"), f"The certificate is for *.org, not for {NAME}"),
        (("route53", "GetHostedZone"), Error("NoSuchHostedZone"), f"There is no hosted zone {ZONE} in this account"),
        (("route53", "GetHostedZone"), _zone("ample.org."), "is that of ample.org, which images.example.org is not in"),
        (("route53", "GetHostedZone"), _zone("example.org.", private=True), "is private: name the public one"),
    ],
)
def test_a_domain_has_to_be_ours(
    session: Session, look: Look, call: tuple[str, str], answer: Answer, told: str
) -> None:
    choices = _choices(domain={"name": NAME, "certificate_arn": CERTIFICATE, "hosted_zone": ZONE})
    session.answers["acm", "DescribeCertificate"] = _certificate("example.org", "*.example.org")
    assert look(choices) == []
    assert ("acm", "us-east-1", "DescribeCertificate") in session.asked
    session.answers[call] = answer
    assert told in _only(look(choices))


def test_the_domain_of_this_deployment_is_its_own(session: Session, look: Look, aws: Synthesized) -> None:
    (distribution,) = aws.resources("AWS::CloudFront::Distribution")
    _deployed(session, aws.template, **{distribution: "E7"})
    session.answers["cloudfront", "ListDistributions"] = _distributions("E7", alias=NAME)
    assert look(_choices(domain={"name": NAME, "certificate_arn": CERTIFICATE})) == []


def test_the_firewall_has_to_be_there(session: Session, look: Look) -> None:
    choices = _choices(web_acl_arn=WEB_ACL)
    assert look(choices) == []
    assert ("wafv2", "us-east-1", "GetWebACL") in session.asked
    session.answers["wafv2", "GetWebACL"] = Error("WAFNonexistentItemException")
    assert "There is no web ACL guard for CloudFront in this account" in _only(look(choices))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Error("ResourceNotFoundException"), "There is no table restored, which is to hold images"),
        ({"Table": {"TableStatus": "CREATING"}}, "The table restored, which is to hold images, is in CREATING"),
    ],
)
def test_tables_beside_the_stack_have_to_be_there(session: Session, look: Look, answer: Answer, told: str) -> None:
    choices = _choices(tables={"images": "restored"})
    assert look(choices) == []
    session.answers["dynamodb", "DescribeTable"] = answer
    assert told in _only(look(choices))


def test_what_no_update_can_do_is_told_before(session: Session, look: Look, aws: Synthesized) -> None:
    older = copy.deepcopy(aws.template)
    (images,) = (name for name in older["Resources"] if name.startswith("StorageImagesTable"))
    del older["Resources"][images]["Properties"]["GlobalSecondaryIndexes"][:2]
    _deployed(session, older)
    assert "takes one index an update" in _only(look())
    _deployed(session, older, "ROLLBACK_COMPLETE")
    assert "first deployment failed" in _only(look())  # there is nothing to update


def test_nested_stacks_are_looked_into(session: Session, look: Look, aws: Synthesized) -> None:
    """What is deployed is read as a whole, like what is to be deployed."""
    reserving = copy.deepcopy(aws.templates)
    name, part = next(
        (name, part)
        for part, template in reserving.items()
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    )
    reserving[part]["Resources"][name]["Properties"]["ReservedConcurrentExecutions"] = 850
    _deployed(session, reserving[""])
    named = {f"{STACK}-{place}-1ABC" if place else STACK: template for place, template in reserving.items()}
    session.answers["cloudformation", "GetTemplate"] = lambda asked: {
        "TemplateBody": json.dumps(named[asked["body"]["StackName"]])
    }
    session.answers["lambda", "GetAccountSettings"] = _functions(1000, 150)
    assert look(template=whole(reserving[""], reserving.__getitem__)) == []


def test_a_table_that_another_one_stands_in_for_may_leave_the_stack(
    session: Session, look: Look, aws: Synthesized
) -> None:
    _deployed(session, aws.template)
    without = copy.deepcopy(aws.template)
    for name in [each for each in without["Resources"] if each.startswith("StorageImagesTable")]:
        del without["Resources"][name]
    assert "is attached to nothing" in _only(look(template=without))
    assert look(_choices(tables={"images": "restored"}), without) == []


def test_what_may_not_be_looked_at_is_noted_and_hinders_nobody(session: Session, look: Look) -> None:
    """The CDK deploys with roles of its own."""
    allowed = {("sts", "GetCallerIdentity"), ("cloudformation", "DescribeStacks")}
    for call in NEW.keys() - allowed:
        session.answers[call] = Error("AccessDeniedException")
    choices = _choices(
        domain={"name": NAME, "certificate_arn": CERTIFICATE}, web_acl_arn=WEB_ACL, tables={"images": "restored"}
    )
    found = look(choices)
    assert all(isinstance(each, Note) for each in found)
    assert "Nothing is known of the bootstrap: the credentials do not allow GetParameter." in [e.text for e in found]
    assert len(found) == 10
    session.answers["cloudformation", "DescribeStacks"] = Error("AccessDenied")
    (note,) = look(choices)
    assert isinstance(note, Note)
    assert "Nothing is known of the stack" in note.text


def test_a_service_that_does_not_answer_hinders_nobody(session: Session, look: Look) -> None:
    session.answers["iam", "GetAccountSummary"] = Error("Throttling")
    (note,) = look()
    assert isinstance(note, Note)
    assert note.text.startswith("Nothing is known of the limits of the account: An error occurred (Throttling)")


def test_refusals_come_first_and_make_the_exit_status(session: Session, look: Look, capsys: Any) -> None:
    session.answers["cloudfront", "ListDistributions"] = _distributions()
    session.answers["ssm", "GetParameter"] = Error("ParameterNotFound")
    found = look()
    assert [type(each) for each in found] == [Refusal, Note]
    assert report(found, STACK) == 1
    told = capsys.readouterr()
    assert told.err == found[0].text + "\n"
    assert told.out == f"Note: {found[1].text}\nConstellation cannot be deployed yet.\n"
    assert report(found[1:], STACK) == 0
    assert capsys.readouterr().out.endswith("Nothing stands in the way of deploying Constellation.\n")
    assert report([], STACK) == 0


def test_the_command_looks_before_anything_is_made(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setattr(sys, "argv", ["preflight"])
    assert main() == 1
    assert capsys.readouterr().err.startswith("No region is chosen")


def test_a_profile_that_there_is_not_is_told_of(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setattr(sys, "argv", ["preflight"])
    assert main() == 1
    assert capsys.readouterr().err.startswith("The credentials cannot be read, so see to AWS_PROFILE: ")
