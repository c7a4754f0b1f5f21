"""The console at the CDN: one page for all its addresses, what the page may do, and how its files get there."""

import importlib
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from constellation.shares import page
from constellation.shares.page import SCRIPT
from infra import console_files
from infra.edge import console_code
from infra.edge.answers import answer_to
from tests.infra.conftest import Synthesized
from tests.support.cors import PREFLIGHT
from tests.support.edge import Edge, running_edge


@pytest.fixture(scope="module")
def edge() -> Generator[Edge]:
    with running_edge(console_code()) as edge:
        yield edge


@pytest.mark.parametrize("path", ["/console/", "/console/images/1.jpg", "/console/a%20b/", "/console/index.html"])
def test_every_address_gives_the_one_page(edge: Edge, path: str) -> None:
    found = edge(path, {"to": ["/"]})
    assert (found["uri"], found["querystring"]) == ("/console/index.html", {})


@pytest.mark.parametrize("path", ["/console/assets/index-x.js", SCRIPT])
def test_files_are_what_they_are(edge: Edge, path: str) -> None:
    assert edge(path, {})["uri"] == path


def test_the_console_has_a_page_beside_the_script_of_shares(edge: Edge) -> None:
    assert edge(f"{SCRIPT}/", {})["uri"] == edge("/console/shares", {})["uri"] == "/console/index.html"


@pytest.mark.parametrize(("path", "method"), [("/console", "GET"), ("/console", "HEAD"), ("/console/x", "OPTIONS")])
def test_the_edge_of_one_machine_answers_alike(edge: Edge, path: str, method: str) -> None:
    found, own = edge(path, {}, method), answer_to(method, path)
    assert own
    assert found["statusCode"] == own.status
    assert {name: field["value"] for name, field in found["headers"].items()} == {
        name.lower(): value for name, value in own.headers.items()
    }


def test_a_preflight_is_answered(edge: Edge) -> None:
    found = edge("/console/", {}, "OPTIONS")
    assert {name: field["value"] for name, field in found["headers"].items()} == PREFLIGHT


def test_the_page_runs_its_own_files_alone(aws: Synthesized, local: Synthesized) -> None:
    for synthesized, hosts in ((aws, "RegionalDomainName"), (local, "http://127.0.0.1:4566")):
        (policy,) = (
            each["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
            for name, each in synthesized.resources("AWS::CloudFront::ResponseHeadersPolicy").items()
            if name.startswith("DeliveryConsoleHeaders")
        )
        said = json.dumps(policy["ContentSecurityPolicy"]["ContentSecurityPolicy"])
        for rule in ("default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"):
            assert rule in said
        assert "unsafe" not in said
        assert hosts in said
        assert policy["ContentSecurityPolicy"]["Override"]
        assert ("StrictTransportSecurity" in policy) == (synthesized is aws)


def test_the_page_of_a_share_may_send_files_beside_what_it_says_itself(aws: Synthesized, local: Synthesized) -> None:
    for synthesized, host in ((aws, "RegionalDomainName"), (local, "http://127.0.0.1:4566")):
        (policy,) = (
            each["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
            for name, each in synthesized.resources("AWS::CloudFront::ResponseHeadersPolicy").items()
            if name.startswith("DeliveryPageHeaders")
        )
        said = policy["ContentSecurityPolicy"]
        (allowed,) = (rule for rule in json.dumps(said["ContentSecurityPolicy"]).split("; ") if "connect-src" in rule)
        assert host in allowed
        assert "Incoming" in allowed or synthesized is local
        rest = page.policy().split("; ")
        assert [each for each in rest if each not in json.dumps(said["ContentSecurityPolicy"])] == []
        assert said["Override"]


def test_its_files_are_read_by_the_cdn_alone(aws: Synthesized) -> None:
    """It may list the bucket, too, so a file that is not there is not found. No function has any right to it."""
    reading = [
        statement
        for policy in aws.resources("AWS::S3::BucketPolicy").values()
        if policy["Bucket"]["Ref"].startswith("StorageConsoleBucket")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    (statement,) = reading
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == ["s3:GetObject", "s3:ListBucket"]
    roles = json.dumps(list(aws.resources("AWS::IAM::Role").values()))
    assert "StorageConsoleBucket" not in roles


def test_files_are_put_once_the_page_last_and_old_ones_stay(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("1")
    (tmp_path / "assets" / "a-1.js").write_text("a")
    (tmp_path / "assets" / "a-1.css").write_text("a")
    with mock_aws():
        sdk: Any = importlib.import_module("boto3")
        s3 = sdk.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        put: list[str] = []

        def note(params: dict[str, str], **_: Any) -> None:
            put.append(params["Key"])

        s3.meta.events.register("provide-client-params.s3.PutObject", note)
        assert console_files.publish(s3, "bucket", tmp_path) == 3
        assert put[-1] == "console/index.html"
        assert console_files.publish(s3, "bucket", tmp_path) == 0
        (tmp_path / "assets" / "a-1.js").rename(tmp_path / "assets" / "a-2.js")
        (tmp_path / "index.html").write_text("2")
        assert console_files.publish(s3, "bucket", tmp_path) == 2
        said = {key: s3.head_object(Bucket="bucket", Key=f"console/{key}") for key in ("index.html", "assets/a-1.js")}
    assert said["index.html"]["CacheControl"] == "no-cache"
    assert said["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert said["assets/a-1.js"]["CacheControl"] == "public, max-age=31536000, immutable"
    assert said["assets/a-1.js"]["ContentType"] == "text/javascript; charset=utf-8"


def test_the_sources_of_the_console_make_no_other_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.local import synthesis

    for name in ("infra/console/src", "infra/edge", "functions", "layers"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "cdk.json").write_text("{}")
    (tmp_path / "requirements.lock").write_text("")
    monkeypatch.setattr(synthesis, "ROOT", tmp_path)
    before = synthesis._fingerprint("")  # pyright: ignore[reportPrivateUsage]
    (tmp_path / "infra/console/src/main.ts").write_text("x")
    assert synthesis._fingerprint("") == before  # pyright: ignore[reportPrivateUsage]
    (tmp_path / "infra/edge/api.js").write_text("x")
    assert synthesis._fingerprint("") != before  # pyright: ignore[reportPrivateUsage]


def test_the_output_names_the_bucket(aws: Synthesized) -> None:
    assert aws.template["Outputs"][console_files.BUCKET_OUTPUT]["Value"]["Ref"].startswith("StorageConsoleBucket")
