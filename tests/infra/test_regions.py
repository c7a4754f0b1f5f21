"""Where the product is not deployed: where CloudFront does not deliver its access logs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import ROOT, app
from tests.infra.conftest import Synthesized

ON_BY_DEFAULT = {
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
    "us-east-1", "us-east-2", "us-west-1", "us-west-2",
}  # fmt: skip
"""All regions of AWS's main partition that came before the rule that a new one has to be opted into (March 2019)."""

OPTED_INTO = ("af-south-1", "ap-east-1", "eu-south-1", "me-south-1", "ap-southeast-7", "mx-central-1", "il-central-1")


def synthesis(folder: Path, region: str | None, **context: object) -> "subprocess.CompletedProcess[str]":
    """``make synth`` as the CDK's command runs it when it is to deploy to ``region``."""
    environment = {**os.environ, "CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(context)}
    environment.pop("CDK_DEFAULT_REGION", None)
    environment |= {"CDK_DEFAULT_REGION": region} if region else {}
    return subprocess.run(
        [sys.executable, "-m", "infra.app"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("region", [*OPTED_INTO, "xx-future-1"])
def test_a_region_without_access_logs_is_refused_at_synth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.setenv("CDK_DEFAULT_REGION", region)
    with pytest.raises(SystemExit) as refused:
        app.compose(app.context(), str(tmp_path))
    assert region in str(refused.value)
    assert "access logs" in str(refused.value)
    assert "eu-central-1" in str(refused.value)


def test_the_refusal_is_one_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    done = synthesis(tmp_path, "eu-south-1")
    assert done.returncode == 1
    assert done.stderr.startswith("CloudFront does not deliver its access logs to buckets in eu-south-1")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_one_machine_is_in_no_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-south-1")
    app.compose({**app.context(), "local": True, "engine_port": 4566}, str(tmp_path))


def test_no_host_name_is_of_one_partition(aws: Synthesized) -> None:
    text = json.dumps(aws.template)
    named = set(re.findall(r"[\w.${}:-]*amazonaws[\w.]*", text))
    principals = {"apigateway", "cloudfront", "events", "lambda", "s3"}  # names that all partitions share
    assert named == {f"{service}.amazonaws.com" for service in principals}
    assert "arn:aws:" not in text.replace("arn:aws:iam::210987654321:", "")  # the writers of the tests' context


def test_a_template_of_no_region_refuses_them_at_deployment(aws: Synthesized, local: Synthesized) -> None:
    (assertion,) = aws.template["Rules"]["Region"]["Assertions"]
    allowed, asked = assertion["Assert"]["Fn::Contains"]
    assert asked == {"Ref": "AWS::Region"}
    assert set(allowed) >= ON_BY_DEFAULT
    assert {region for region in allowed if not region.startswith(("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"))} == (
        ON_BY_DEFAULT
    )
    assert "access logs" in assertion["AssertDescription"]
    assert "Region" not in local.template.get("Rules", {})
