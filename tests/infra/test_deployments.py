"""Several deployments in one account: nothing of one is named as something of another; and what one can have."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from infra import app
from tests.infra.conftest import Synthesized, synthesize
from tests.infra.test_context import CERTIFICATE, WEB_ACL, ZONE

NAME = "images.example.org"
LONG = "a" * 31 + "-" + "b" * 32
"""The longest name that a deployment can have."""

SCOPED = ("AWS::ApiGateway::Stage", "AWS::Lambda::Alias", "AWS::Lambda::Permission")
"""Named within what they belong to."""

GLOBAL = ("AWS::CloudFront::", "AWS::CloudWatch::Dashboard", "AWS::IAM::")
"""What an account has once, for all regions together."""

LONGEST = {"AWS::CloudFront::Function": 64, "AWS::CloudFront::OriginAccessControl": 64}
"""Characters of a name; 128 where nothing is said."""

RECORDS = ("AWS::Route53::RecordSet",)


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """With all that a deployment can have besides, its certificate made here."""
    own: dict[str, object] = {
        "domain": {"name": NAME, "hosted_zone": ZONE},
        "web_acl_arn": WEB_ACL,
        "api_log_role": False,
        "tables": {"images": "images-restored"},
        "reserved_concurrency": {"render_image": 50, "authorize": 100},
        "snap_start": ["render_image"],
    }
    context: dict[str, object] = {**app.context(), "stack": LONG, "deployments": {LONG: own}}
    return synthesize(tmp_path_factory.mktemp("staging"), context, checked=True)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A domain whose zone is somebody else's; and a name that differs from another one by its capitals alone."""
    context: dict[str, object] = {
        **app.context(),
        "stack": "constellation",
        "domain": {"name": NAME, "certificate_arn": CERTIFICATE},
    }
    return synthesize(tmp_path_factory.mktemp("named"), context, checked=False)


def test_no_name_is_in_two_deployments(aws: Synthesized, staging: Synthesized, named: Synthesized) -> None:
    ours, theirs = dict(_names(aws)), dict(_names(staging))
    assert set(ours) & set(theirs) >= {
        ("AWS::Logs::LogGroup", "LogGroupName"),
        ("AWS::ApiGateway::RestApi", "Name"),
        ("AWS::CloudFront::CachePolicy", "CachePolicyConfig.Name"),
        ("AWS::CloudFront::Function", "Name"),
        ("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig.Name"),
        ("AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig.Name"),
        ("AWS::CloudWatch::Dashboard", "DashboardName"),
    }
    used = [(kind, name) for made in (aws, staging, named) for (kind, _), name in _names(made)]
    assert [each for each, times in Counter(used).items() if times > 1] == []
    for made in (aws, staging, named):
        assert not any("Export" in output for output in made.template["Outputs"].values())


def test_what_is_global_is_named_by_its_region_too(aws: Synthesized, staging: Synthesized) -> None:
    found = [(kind, name) for made in (aws, staging) for (kind, _), name in _names(made) if kind.startswith(GLOBAL)]
    assert len(found) >= 2 * 8
    assert [each for each in found if '{"Ref": "AWS::Region"}' not in each[1]] == []


def test_names_are_no_longer_than_their_services_take(staging: Synthesized) -> None:
    for (kind, _), name in _names(staging):
        text = name.replace('{"Ref": "AWS::Region"}', '"ap-southeast-1"')
        text = "".join(json.loads(text)["Fn::Join"][1]) if text.startswith("{") else text
        assert len(text) <= LONGEST.get(kind, 128), (kind, text)


def test_the_checks_find_nothing(staging: Synthesized) -> None:
    """In the deployment that has all that can be chosen; in the plain one neither (``test_template``)."""
    functions = staging.resources("AWS::Lambda::Function").values()
    assert sum("ReservedConcurrentExecutions" in function for function in functions) == 2
    assert staging.findings == ""
    assert staging.mistakes() == []


def test_the_domain_is_the_cdns_and_its_certificate_is_proven_in_the_zone(staging: Synthesized) -> None:
    config = _distribution(staging)
    (certificate,) = staging.resources("AWS::CertificateManager::Certificate")
    assert config["Aliases"] == [NAME]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": {"Ref": certificate},
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    assert staging.resources("AWS::CertificateManager::Certificate")[certificate] | {"Tags": []} == {
        "DomainName": NAME,
        "DomainValidationOptions": [{"DomainName": NAME, "HostedZoneId": ZONE}],
        "ValidationMethod": "DNS",
        "Tags": [],
    }


def test_the_name_leads_to_the_cdn_by_both_protocols(staging: Synthesized) -> None:
    (distribution,) = staging.resources("AWS::CloudFront::Distribution")
    records = list(staging.resources(*RECORDS).values())
    assert sorted(record["Type"] for record in records) == ["A", "AAAA"]
    for record in records:
        assert (record["Name"], record["HostedZoneId"]) == (f"{NAME}.", ZONE)
        assert record["AliasTarget"]["DNSName"] == {"Fn::GetAtt": [distribution, "DomainName"]}


def test_a_given_certificate_is_used_and_no_zone_is_written_to(named: Synthesized) -> None:
    config = _distribution(named)
    assert config["Aliases"] == [NAME]
    assert config["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert named.resources("AWS::CertificateManager::Certificate", *RECORDS) == {}


def test_a_given_certificate_and_a_zone_go_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    domain = {"name": NAME, "certificate_arn": CERTIFICATE, "hosted_zone": ZONE}
    made = synthesize(tmp_path_factory.mktemp("both"), {**app.context(), "domain": domain}, checked=False)
    assert _distribution(made)["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert made.resources("AWS::CertificateManager::Certificate") == {}
    assert len(made.resources(*RECORDS)) == 2


def test_the_base_url_is_the_domain_where_there_is_one(aws: Synthesized, named: Synthesized) -> None:
    (distribution,) = aws.resources("AWS::CloudFront::Distribution")
    assert named.template["Outputs"]["BaseUrl"]["Value"] == f"https://{NAME}"
    assert aws.template["Outputs"]["BaseUrl"]["Value"] == {
        "Fn::Join": ["", ["https://", {"Fn::GetAtt": [distribution, "DomainName"]}]]
    }


def test_a_firewall_stands_before_the_cdn_where_one_is_named(aws: Synthesized, staging: Synthesized) -> None:
    assert _distribution(staging)["WebACLId"] == WEB_ACL
    assert "WebACLId" not in _distribution(aws)
    assert "Aliases" not in _distribution(aws)


def test_the_role_that_the_gateway_logs_with_is_the_accounts_and_not_always_ours(
    aws: Synthesized, staging: Synthesized
) -> None:
    (account,) = (each for each in aws.template["Resources"].values() if each["Type"] == "AWS::ApiGateway::Account")
    assert account["DeletionPolicy"] == "Retain"  # other APIs of the account log with it
    assert staging.resources("AWS::ApiGateway::Account") == {}
    assert "AmazonAPIGatewayPushToCloudWatchLogs" not in json.dumps(staging.template)
    (stage,) = staging.resources("AWS::ApiGateway::Stage").values()
    assert "AccessLogSetting" in stage


def test_a_table_that_stands_beside_is_used_in_place_of_the_stacks(aws: Synthesized, staging: Synthesized) -> None:
    assert len(staging.resources("AWS::DynamoDB::Table")) == len(aws.resources("AWS::DynamoDB::Table")) - 1
    assert not any(name.startswith("StorageImagesTable") for name in staging.template["Resources"])
    functions = staging.resources("AWS::Lambda::Function").values()
    used = [function["Environment"]["Variables"].get("IMAGES_TABLE") for function in functions]
    assert {each for each in used if each} == {"images-restored"}
    granted = [json.dumps(role) for role in staging.resources("AWS::IAM::Role").values()]
    assert any(":table/images-restored/index/own-created" in each for each in granted)


def test_on_one_machine_there_is_none_of_it(tmp_path_factory: pytest.TempPathFactory, local: Synthesized) -> None:
    context: dict[str, object] = {
        **app.context(),
        "settings": {"signups_per_day": 20, "token_issuer": "https://id.constellation.example"},
        "stack": "staging",
        "domain": {"name": NAME, "hosted_zone": ZONE},
        "web_acl_arn": WEB_ACL,
        "tables": {"images": "images-restored"},
        "snap_start": ["render_image"],
        "local": True,
        "engine_port": 4566,
    }
    made = synthesize(tmp_path_factory.mktemp("machine"), context, checked=False)
    assert made.template == local.template
    assert not any("SnapStart" in each for each in made.resources("AWS::Lambda::Function").values())
    assert "BaseUrl" not in made.template["Outputs"]


def _names(synthesized: Synthesized) -> Iterator[tuple[tuple[str, str], str]]:
    """Every physical name that the template chooses, by type and property; not what refers to another resource."""
    for resource in synthesized.template["Resources"].values():
        kind, properties = resource["Type"], resource.get("Properties", {})
        if kind in SCOPED:
            continue
        inner = {f"{key}.": value for key, value in properties.items() if key.endswith("Config")}
        for prefix, values in {"": properties, **inner}.items():
            for key, value in values.items():
                if re.fullmatch(r"\w*Name|Id", key) and key not in ("MetricName", "DomainName", "DefaultRootObject"):
                    text = json.dumps(value)
                    if '"Ref"' not in text.replace('"Ref": "AWS::', "") and "Fn::GetAtt" not in text:
                        name = value + "/" + properties["Type"] if kind in RECORDS else value
                        yield (kind, prefix + key), name if isinstance(name, str) else text


def _distribution(synthesized: Synthesized) -> dict[str, Any]:
    (distribution,) = synthesized.resources("AWS::CloudFront::Distribution").values()
    return distribution["DistributionConfig"]
