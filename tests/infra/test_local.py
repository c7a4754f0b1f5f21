"""The stack for one machine is AWS's stack, but for the branches that ``infra.target`` names."""

from collections import Counter
from typing import Any

from infra import layers
from tests.infra.conftest import Synthesized


def test_the_local_stack_lacks_only_what_the_engine_has_not(aws: Synthesized, local: Synthesized) -> None:
    ours, theirs = _types(aws), _types(local)
    assert ours - theirs == Counter(
        {
            "AWS::Lambda::LayerVersion": 4,
            "AWS::CloudFront::OriginAccessControl": 4,  # that of the console is in both
            "AWS::CloudFront::Function": 2,  # those of the API and of IIIF; the edge does that itself on one machine
        }
    )
    assert theirs - ours == Counter()


def test_the_resources_in_both_differ_only_where_they_must(aws: Synthesized, local: Synthesized) -> None:
    changed: dict[str, set[str]] = {}
    for name, resource in aws.template["Resources"].items():
        other = local.template["Resources"].get(name)
        if other is not None and other["Type"] != "AWS::CloudWatch::Dashboard":
            before, after = resource["Properties"], other["Properties"]
            differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            if differing:
                changed.setdefault(resource["Type"], set()).update(differing)
    assert changed == {
        "AWS::ApiGateway::RestApi": {"Tags"},
        "AWS::ApiGateway::Stage": {"DeploymentId"},  # named by a hash over the API
        "AWS::CloudFront::Distribution": {"DistributionConfig"},
        "AWS::CloudFront::ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig"},
        "AWS::Lambda::Alias": {"FunctionVersion"},  # named by a hash over the function
        "AWS::Lambda::EventSourceMapping": {"ScalingConfig"},
        "AWS::Lambda::Function": {"Layers"} | ({"Runtime"} if layers.LAMBDA_PYTHON != layers.PYTHON else set()),
        "AWS::Lambda::Url": {"AuthType"},
        "AWS::S3::BucketPolicy": {"PolicyDocument"},
    }


def test_the_distributions_differ_in_origins_and_transport(aws: Synthesized, local: Synthesized) -> None:
    before, after = _distribution(aws), _distribution(local)
    assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == {
        "CacheBehaviors",
        "DefaultCacheBehavior",
        "OriginGroups",
        "Origins",
    }
    for mine, theirs in zip(_behaviors(before), _behaviors(after), strict=True):
        assert {key for key in mine if mine[key] != theirs.get(key)} <= {
            "FunctionAssociations",
            "ResponseHeadersPolicyId",
            "TargetOriginId",
            "ViewerProtocolPolicy",
        }
        assert theirs["ViewerProtocolPolicy"] == "allow-all"
    assert "Strict-Transport-Security" not in str(local.template)
    assert "StrictTransportSecurity" not in str(local.template)


def test_the_engine_is_reached_by_a_path_that_is_known_beforehand(local: Synthesized) -> None:
    origin = next(origin for origin in _distribution(local)["Origins"] if origin["DomainName"] == "localhost")
    assert origin["CustomOriginConfig"]["HTTPPort"] == 4566
    (stage,) = local.template["Resources"].keys() & {origin["OriginPath"]["Fn::Join"][1][1]["Ref"]}
    assert origin["OriginPath"] == {"Fn::Join": ["", ["/_aws/execute-api/constellation/", {"Ref": stage}]]}
    (api,) = local.resources("AWS::ApiGateway::RestApi").values()
    assert api["Tags"] == [{"Key": "ms-custom-id", "Value": "constellation"}]


def _types(synthesized: Synthesized) -> Counter[str]:
    return Counter(resource["Type"] for resource in synthesized.template["Resources"].values())


def _distribution(synthesized: Synthesized) -> dict[str, Any]:
    (distribution,) = synthesized.resources("AWS::CloudFront::Distribution").values()
    return distribution["DistributionConfig"]


def _behaviors(config: dict[str, Any]) -> list[dict[str, Any]]:
    return [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]
